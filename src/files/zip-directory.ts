import { decodeUtf8 } from './json.ts';
import { clip, FileError } from './tensors.ts';
import type { InputFile } from './tensors.ts';

/**
 * Most bytes that an archive may inflate to, as a multiple of its own size: what is more could not
 * become arrays within the ledger's cap anyhow, and is refused before anything is inflated. Trained
 * float32 weights inflate to 1.07 times their deflated size; a bomb reaches 1,032.
 */
const MAX_INFLATE_RATIO = 2;

/** One entry of a zip archive; `data` are its bytes in the archive, deflated when `method` is 8. */
export interface ZipEntry {
  readonly name: string;
  readonly method: 0 | 8;
  readonly crc: number;
  readonly size: number;
  readonly data: Uint8Array;
}

interface Directory {
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

interface DirectoryRecord {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
  readonly next: number;
}

const BROKEN = 'the archive is damaged or forged, so save it again';

/**
 * The entries of a zip archive, from its central directory, after these checks (nothing is inflated
 * and nothing allocated): one disk, no encryption, no zip64 sizes, stored or deflated, names used
 * once, local headers that say the same as the directory, no two entries sharing a byte, and a
 * declared total of at most twice the archive.
 * @throws FileError
 * @see APPNOTE.TXT 6.3.9, sections 4.3.7, 4.3.12 and 4.3.16
 */
export function readZipDirectory(file: InputFile): ZipEntry[] {
  const view = viewOf(file.bytes);
  const directory = findDirectory(view, file);
  const records: DirectoryRecord[] = [];
  let at = directory.start;
  for (let k = 0; k < directory.count; k += 1) {
    const record = readRecord(view, at, directory.end, file);
    records.push(record);
    at = record.next;
  }
  if (at !== directory.end)
    throw broken(file, `its directory ends at byte ${at}, not at ${directory.end}`);
  checkNames(records, file);
  checkTotal(records, file);
  return locate(records, directory.start, view, file);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function broken(file: InputFile, what: string): FileError {
  return new FileError('bad-layout', file.name, `${what}; ${BROKEN}.`);
}

/**
 * The end record is the last thing in the archive, before a comment that reaches exactly to the
 * end.
 */
function findDirectory(view: DataView, file: InputFile): Directory {
  const last = view.byteLength - 22;
  for (let at = last; at >= Math.max(0, last - 0xffff); at -= 1) {
    if (
      view.getUint32(at, true) !== 0x06054b50 ||
      at + 22 + view.getUint16(at + 20, true) !== view.byteLength
    )
      continue;
    return readEnd(view, at, file);
  }
  throw new FileError(
    'truncated',
    file.name,
    'it begins as a zip archive, but its directory, which stands at the end, is missing; copy ' +
      'or download it again.',
  );
}

function readEnd(view: DataView, at: number, file: InputFile): Directory {
  const count = view.getUint16(at + 10, true);
  const size = view.getUint32(at + 12, true);
  const start = view.getUint32(at + 16, true);
  const zip64 = at >= 20 && view.getUint32(at - 20, true) === 0x07064b50;
  if (zip64 || count === 0xffff || size === 0xffffffff || start === 0xffffffff) {
    throw new FileError(
      'too-big',
      file.name,
      'it is a zip64 archive (over 4 GB or 65,534 entries); save it as safetensors.',
    );
  }
  const oneDisk = view.getUint32(at + 4, true) === 0 && view.getUint16(at + 8, true) === count;
  if (!oneDisk) throw broken(file, 'it says that it is one part of several');
  if (start + size !== at)
    throw broken(
      file,
      `its directory should end at byte ${start + size}, but the end record is at ${at}`,
    );
  return { count, start, end: at };
}

function readRecord(view: DataView, at: number, end: number, file: InputFile): DirectoryRecord {
  if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50)
    throw broken(file, `its directory has no record at byte ${at}`);
  const nameLength = view.getUint16(at + 28, true);
  const next = at + 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  if (next > end) throw broken(file, `the directory record at byte ${at} runs past the directory`);
  const name = decodeUtf8(
    file.bytes.subarray(at + 46, at + 46 + nameLength),
    file.name,
    'the name of an entry',
  );
  const record = {
    name,
    next,
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packed: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    offset: view.getUint32(at + 42, true),
  };
  checkRecord(record, file);
  return record;
}

function checkRecord(record: DirectoryRecord, file: InputFile): void {
  const { name, flags, method, packed, size, offset } = record;
  if ((flags & 0x2041) !== 0) {
    throw new FileError(
      'refused-format',
      file.name,
      `entry "${clip(name)}" is encrypted; save it without a password.`,
    );
  }
  if (method !== 0 && method !== 8) {
    throw new FileError(
      'refused-format',
      file.name,
      `entry "${clip(name)}" uses zip method ${method}, but only stored (0) and deflated (8) ` +
        'are read; save it with numpy.savez.',
    );
  }
  if (packed === 0xffffffff || size === 0xffffffff || offset === 0xffffffff) {
    throw new FileError(
      'too-big',
      file.name,
      `entry "${clip(name)}" is declared over 4 GB (zip64); save it as safetensors.`,
    );
  }
  if (method === 0 && packed !== size) {
    throw broken(file, `entry "${clip(name)}" is stored, yet has sizes ${packed} and ${size}`);
  }
}

function checkNames(records: readonly DirectoryRecord[], file: InputFile): void {
  const seen = new Set<string>();
  for (const { name } of records) {
    if (seen.has(name)) {
      throw new FileError(
        'duplicate',
        file.name,
        `it holds two entries named "${clip(name)}", so it is unclear which one counts; save ` +
          'it again.',
      );
    }
    seen.add(name);
  }
}

function checkTotal(records: readonly DirectoryRecord[], file: InputFile): void {
  const total = records.reduce((sum, { size }) => sum + size, 0);
  const cap = MAX_INFLATE_RATIO * file.bytes.length;
  if (total > cap) {
    throw new FileError(
      'too-big',
      file.name,
      `it inflates to ${total} bytes, over twice its own ${file.bytes.length}, which is the most ` +
        'that a file may ask for (zip bombs ask for more); save it uncompressed with numpy.savez ' +
        'instead of numpy.savez_compressed.',
    );
  }
}

/** Finds each entry's data and checks that no two of them, nor the directory, share a byte. */
function locate(
  records: readonly DirectoryRecord[],
  directoryStart: number,
  view: DataView,
  file: InputFile,
): ZipEntry[] {
  const sorted = [...records].sort((a, b) => a.offset - b.offset);
  let free = 0;
  for (const record of sorted) {
    if (record.offset < free)
      throw broken(
        file,
        `entry "${clip(record.name)}" begins at byte ${record.offset}, inside another entry`,
      );
    free = dataStart(record, view, directoryStart, file) + record.packed;
    if (free > directoryStart)
      throw broken(
        file,
        `entry "${clip(record.name)}" runs past byte ${directoryStart}, where the directory begins`,
      );
  }
  return records.map((record) => {
    const start = dataStart(record, view, directoryStart, file);
    const { name, crc, size, packed } = record;
    return {
      name,
      crc,
      size,
      method: record.method as 0 | 8,
      data: file.bytes.subarray(start, start + packed),
    };
  });
}

/** The first data byte of an entry, after its local header was compared with the directory. */
function dataStart(record: DirectoryRecord, view: DataView, end: number, file: InputFile): number {
  const at = record.offset;
  const fits = at + 30 <= end && view.getUint32(at, true) === 0x04034b50;
  if (!fits) throw broken(file, `entry "${clip(record.name)}" has no header at byte ${at}`);
  const nameLength = view.getUint16(at + 26, true);
  const name = decodeUtf8(
    file.bytes.subarray(at + 30, Math.min(end, at + 30 + nameLength)),
    file.name,
    'the name of an entry',
  );
  const same =
    name === record.name &&
    view.getUint16(at + 8, true) === record.method &&
    view.getUint16(at + 6, true) === record.flags &&
    localSizesAgree(record, view, at);
  if (!same)
    throw broken(
      file,
      `entry "${clip(record.name)}" says one thing in the directory and another in its own header`,
    );
  return at + 30 + nameLength + view.getUint16(at + 28, true);
}

/**
 * Local sizes equal the directory's, are left for a descriptor after the data (flag bit 3), or are
 * all ones, as numpy.savez writes them with a zip64 field (sizes come from the directory then).
 */
function localSizesAgree(record: DirectoryRecord, view: DataView, at: number): boolean {
  if ((record.flags & 8) !== 0) return true;
  const [crc, packed, size] = [14, 18, 22].map((k) => view.getUint32(at + k, true));
  const deferred = packed === 0xffffffff && size === 0xffffffff;
  return crc === record.crc && (deferred || (packed === record.packed && size === record.size));
}
