import { crc32 } from './crc32.ts';
import { InflateError } from './huffman.ts';
import { inflate } from './inflate.ts';
import { clip, FileError } from './tensors.ts';
import type { ZipEntry } from './zip-directory.ts';

/**
 * Streams an entry's inflated bytes to `take`, in pieces of at most 64 KB for deflated data.
 * @throws FileError 'bad-compression' unless exactly the declared bytes with the declared CRC came.
 */
export function streamEntry(
  entry: ZipEntry,
  file: string,
  take: (piece: Uint8Array) => void,
): void {
  let crc = 0;
  const sum = (piece: Uint8Array) => {
    crc = crc32(piece, crc);
    take(piece);
  };
  const produced = entry.method === 0 ? stored(entry, sum) : inflateEntry(entry, file, sum);
  if (produced !== entry.size || crc !== entry.crc) {
    throw new FileError(
      'bad-compression',
      file,
      `entry "${clip(entry.name)}" holds ${produced} bytes with CRC ${hex(crc)}, but ` +
        `${entry.size} with ${hex(entry.crc)} are declared; copy or download it again.`,
    );
  }
}

function stored(entry: ZipEntry, take: (piece: Uint8Array) => void): number {
  take(entry.data);
  return entry.data.length;
}

function inflateEntry(entry: ZipEntry, file: string, take: (piece: Uint8Array) => void): number {
  try {
    const { consumed, produced } = inflate(entry.data, entry.size, take);
    if (consumed === entry.data.length) return produced;
    throw new InflateError(`${entry.data.length - consumed} bytes after its end`);
  } catch (error) {
    if (!(error instanceof InflateError)) throw error;
    throw new FileError(
      'bad-compression',
      file,
      `entry "${clip(entry.name)}" does not inflate: the stream has ${error.message}; copy or ` +
        'download it again.',
    );
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
