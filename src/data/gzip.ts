import { crc32 } from '../files/crc32.ts';
import { InflateError } from '../files/huffman.ts';
import { inflate } from '../files/inflate.ts';
import { FileError } from '../files/tensors.ts';
import type { InputFile } from '../files/tensors.ts';

/** Most bytes that one file may unpack to; the largest official archive unpacks to 184 MB. */
const MAX_UNPACKED = 2 ** 29;
/**
 * Most bytes for each packed byte. MNIST's images, mostly black, reach 4.9; a bomb 1,032.
 */
const MAX_GZIP_RATIO = 100;

const [CRC_FLAG, EXTRA, NAME, COMMENT] = [2, 4, 8, 16];
const WAY_OUT = 'copy or download it again.';

/** Whether a file begins as gzip does. */
export function isGzip({ bytes }: InputFile): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Bytes that a gzip file says to unpack to (its last four); 0 of a file that is too short to say. */
export function unpackedSize({ bytes }: InputFile): number {
  if (bytes.length < 4) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
}

/**
 * The one file in a gzip file, under its name without `.gz`. The size that the trailer claims is
 * checked against {@link MAX_UNPACKED} and {@link MAX_GZIP_RATIO} before it is allocated, and the
 * content against size and CRC afterwards.
 * @throws FileError
 * @see RFC 1952
 */
export function gunzip(file: InputFile): InputFile {
  const { name, bytes } = file;
  const start = dataStart(file);
  if (bytes.length < start + 10) throw cut(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = unpackedSize(file);
  if (size > MAX_UNPACKED || size > MAX_GZIP_RATIO * bytes.length) {
    throw new FileError(
      'too-big',
      name,
      `it says that its ${bytes.length} bytes unpack to ${size}, over the cap of ` +
        `${MAX_UNPACKED} and of ${MAX_GZIP_RATIO} times its size; ` +
        `no official file does; ${WAY_OUT}`,
    );
  }
  const content = unpack(file, start, size);
  const crc = view.getUint32(bytes.length - 8, true);
  if (crc32(content) !== crc) {
    throw new FileError('bad-compression', name, `its content fails its checksum; ${WAY_OUT}`);
  }
  return { name: unpackedName(name), bytes: content };
}

function unpack({ name, bytes }: InputFile, start: number, size: number): Uint8Array {
  const packed = bytes.subarray(start, bytes.length - 8);
  const content = new Uint8Array(size);
  let at = 0;
  try {
    const { consumed, produced } = inflate(packed, size, (piece) => {
      content.set(piece, at);
      at += piece.length;
    });
    if (consumed !== packed.length) {
      throw new InflateError(`${packed.length - consumed} bytes after its end`);
    }
    if (produced !== size) throw new InflateError(`${produced} bytes, where ${size} are announced`);
    return content;
  } catch (error) {
    if (!(error instanceof InflateError)) throw error;
    throw new FileError(
      'bad-compression',
      name,
      `it does not unpack: the stream has ${error.message}; ${WAY_OUT}`,
    );
  }
}

function unpackedName(name: string): string {
  return name.replace(/\.tgz$/i, '.tar').replace(/\.gz$/i, '');
}

/** Where the deflated data begin, after the header's optional fields. */
function dataStart(file: InputFile): number {
  const { bytes, name } = file;
  if (bytes.length < 18) throw cut(file);
  const flags = bytes[3]!;
  if (bytes[2] !== 8 || (flags & 0xe0) !== 0) {
    throw new FileError(
      'bad-header',
      name,
      `its gzip header names method ${bytes[2]!} and flags ${flags}, which do not ` +
        `exist; ${WAY_OUT}`,
    );
  }
  let at = 10;
  if (flags & EXTRA) at += 2 + bytes[10]! + 256 * bytes[11]!;
  for (const field of [NAME, COMMENT]) if (flags & field) at = afterText(file, at);
  return flags & CRC_FLAG ? at + 2 : at;
}

function afterText(file: InputFile, start: number): number {
  const end = file.bytes.indexOf(0, start);
  if (end < 0) throw cut(file);
  return end + 1;
}

function cut({ name, bytes }: InputFile): FileError {
  return new FileError(
    'truncated',
    name,
    `it begins as a gzip file but ends after ${bytes.length} bytes; ${WAY_OUT}`,
  );
}
