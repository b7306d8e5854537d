import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import type { InputFile } from '../files/tensors.ts';
import { UsageError } from './command.ts';

/** Largest file that is read; holds float32 weights of the largest supported layers. */
const MAX_BYTES = 2 ** 31 - 1;
/** Largest JSON document that is parsed. */
const MAX_JSON_BYTES = 2 ** 28;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
};

async function readAll(handle: FileHandle, path: string): Promise<Uint8Array> {
  const { size } = await handle.stat();
  if (size > MAX_BYTES) {
    throw new UsageError(`${path}: the file has ${size} bytes, over the limit of ${MAX_BYTES}.`);
  }
  return handle.readFile();
}

/** Reads a whole file. @throws UsageError naming the path and why it cannot be read. */
export async function readInput(path: string): Promise<InputFile> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    return { name: basename(path), bytes: await readAll(handle, path) };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new UsageError(`${path}: ${REASONS[code] ?? (error as Error).message}.`);
  } finally {
    await handle?.close();
  }
}

/** Whether a file is JSON text rather than weights: its first visible character opens an object. */
export function looksLikeJson({ bytes }: InputFile): boolean {
  let at = 0;
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) at = 3;
  while (at < bytes.length && /\s/.test(String.fromCharCode(bytes[at]!))) at++;
  return bytes[at] === 0x7b || bytes[at] === 0x5b;
}

/** Text of a JSON file. @throws UsageError when it is too large to parse. */
export function textOf({ name, bytes }: InputFile): string {
  if (bytes.length > MAX_JSON_BYTES) {
    throw new UsageError(
      `${name}: JSON of ${bytes.length} bytes is over the limit of ${MAX_JSON_BYTES}.`,
    );
  }
  return new TextDecoder().decode(bytes);
}

/** Parsed JSON of a file. @throws UsageError with the parser's message. */
export function jsonOf(file: InputFile): unknown {
  try {
    return JSON.parse(textOf(file)) as unknown;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file.name}: not JSON (${(error as Error).message}).`);
  }
}
