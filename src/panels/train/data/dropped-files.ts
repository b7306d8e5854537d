import type { FolderFile } from '../../../model/data/jobs.ts';

/** What a person has dropped: files, or folders with all that is in them. */
export type Dropped =
  | { readonly kind: 'files'; readonly files: readonly File[] }
  | { readonly kind: 'folder'; readonly files: readonly FolderFile[] };

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** A reader gives a folder's entries in parts, an empty one at the end. */
async function entriesOf(entry: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = entry.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) return all;
    all.push(...part);
  }
}

async function collectFiles(entry: FileSystemEntry, into: FolderFile[]): Promise<void> {
  if (entry.isFile) {
    const file = await fileOf(entry as FileSystemFileEntry);
    into.push({ path: entry.fullPath.replace(/^\//, ''), file });
    return;
  }
  for (const one of await entriesOf(entry as FileSystemDirectoryEntry))
    await collectFiles(one, into);
}

/** Reads what was dropped. The list of entries lives only while the event is handled: call it at once. */
export async function droppedFiles(transfer: DataTransfer): Promise<Dropped> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  const plain = [...transfer.files];
  if (!entries.some((entry) => entry?.isDirectory === true)) return { kind: 'files', files: plain };
  const files: FolderFile[] = [];
  for (const entry of entries) if (entry !== null) await collectFiles(entry, files);
  return { kind: 'folder', files };
}

/** The files of a folder that was chosen in the browser's dialog. */
export function chosenFolder(files: readonly File[]): FolderFile[] {
  return files.map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}
