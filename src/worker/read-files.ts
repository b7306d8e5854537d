import { MAX_TOTAL_BYTES } from '../files/read-weights.ts';
import { FileError, type InputFile } from '../files/tensors.ts';
import type { FileHandle, ReadingProgress } from '../model/net/net.ts';

/** Bytes between two checks whether the reading was stopped. */
const PIECE = 4 * 1024 * 1024;

/**
 * Reads files in pieces, yielding the progress after each piece.
 *
 * @throws FileError when they are too large together, or a file cannot be read (it was moved or
 * changed since it was chosen, or is a folder).
 */
export async function* readFiles(
  files: readonly FileHandle[],
): AsyncGenerator<ReadingProgress, InputFile[]> {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total > MAX_TOTAL_BYTES) {
    throw new FileError(
      'too-big',
      files[0]!.name,
      `the files have ${total} bytes together, over the cap of ${MAX_TOTAL_BYTES}; split the net and inspect its parts.`,
    );
  }
  const read: InputFile[] = [];
  let done = 0;
  for (const file of files) {
    const bytes = new Uint8Array(file.size);
    for (let at = 0; at < file.size; at += PIECE) {
      bytes.set(await pieceOf(file, at), at);
      done += Math.min(PIECE, file.size - at);
      yield { step: 'reading', done, total };
    }
    read.push({ name: file.name, bytes });
  }
  yield { step: 'decoding', done, total };
  return read;
}

async function pieceOf(file: FileHandle, at: number): Promise<Uint8Array> {
  const length = Math.min(PIECE, file.size - at);
  try {
    const piece = new Uint8Array(await file.slice(at, at + length).arrayBuffer());
    if (piece.length === length) return piece;
  } catch {
    // A browser says only that it could not: the reasons are those that the sentence lists.
  }
  throw new FileError(
    'truncated',
    file.name,
    'it could not be read: it is a folder, or was moved or changed since you chose it; choose it again.',
  );
}
