import { clip, FileError } from '../files/tensors.ts';
import type { InputFile } from '../files/tensors.ts';

const BLOCK = 512;
/** Most entries that are looked at; the official archives have ten. */
const MAX_ENTRIES = 10_000;
const WAY_OUT = 'copy or download the archive again.';

/** Types of entries that hold a file: '0', and what older programs wrote. */
const FILE_TYPES = ['0', '\0', '7'];

/** Whether the first header of a file is one of a tar archive, by its checksum. */
export function isTar({ bytes }: InputFile): boolean {
  return bytes.length >= BLOCK && bytes[0] !== 0 && hasChecksum(bytes.subarray(0, BLOCK));
}

/**
 * The ordinary files in a tar archive, as views of it (nothing is copied or written anywhere);
 * folders, links, devices and notes of the archiver are passed over.
 * @throws FileError
 * @see POSIX.1-2017, pax, "ustar Interchange Format"
 */
export function readTar(file: InputFile): InputFile[] {
  const { bytes } = file;
  const files: InputFile[] = [];
  let at = 0;
  for (let count = 0; at + BLOCK <= bytes.length; count++) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return files;
    if (count === MAX_ENTRIES) throw broken(file, `it has more than ${MAX_ENTRIES} entries`);
    if (!hasChecksum(header)) throw broken(file, `its header at byte ${at} fails its checksum`);
    const name = text(header, 0, 100);
    const size = octal(header, 124, 12);
    const end = at + BLOCK + (size ?? Infinity);
    if (!(end <= bytes.length)) throw cutEntry(file, name, bytes.length - at - BLOCK);
    if (FILE_TYPES.includes(String.fromCharCode(header[156]!))) {
      files.push({ name, bytes: bytes.subarray(at + BLOCK, end) });
    }
    at = Math.ceil(end / BLOCK) * BLOCK;
  }
  throw new FileError('truncated', file.name, `it ends without the mark of an end; ${WAY_OUT}`);
}

function cutEntry(file: InputFile, name: string, left: number): FileError {
  return new FileError(
    'truncated',
    file.name,
    `its entry "${clip(name)}" is longer than the ${left} bytes that follow; ${WAY_OUT}`,
  );
}

function broken(file: InputFile, what: string): FileError {
  return new FileError('bad-layout', file.name, `${what}; ${WAY_OUT}`);
}

/** The header's sum counts its own eight bytes as spaces. */
function hasChecksum(header: Uint8Array): boolean {
  let sum = 0;
  for (let k = 0; k < BLOCK; k++) sum += k >= 148 && k < 156 ? 0x20 : header[k]!;
  return octal(header, 148, 8) === sum;
}

function text(header: Uint8Array, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return new TextDecoder('latin1').decode(end < 0 ? field : field.subarray(0, end));
}

/** An octal number with spaces around it; undefined for anything else (and for over 8 GB). */
function octal(header: Uint8Array, start: number, length: number): number | undefined {
  const digits = text(header, start, length).trim();
  return /^[0-7]{1,11}$/.test(digits) ? parseInt(digits, 8) : undefined;
}
