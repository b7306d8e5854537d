import { FloatSink } from './float-sink.ts';
import type { Ledger } from './ledger.ts';
import { MAX_NPY_PREFIX, parseNpyHeader } from './npy.ts';
import type { NpyHeader } from './npy.ts';
import { clip, FileError } from './tensors.ts';
import type { FloatDtype, InputFile, NamedTensor, Skipped, WeightFile } from './tensors.ts';
import { readZipDirectory } from './zip-directory.ts';
import type { ZipEntry } from './zip-directory.ts';
import { streamEntry } from './zip-stream.ts';

const FLOATS: ReadonlySet<string> = new Set<FloatDtype>(['F16', 'F32', 'F64']);

interface Contents {
  readonly tensors: NamedTensor[];
  readonly skipped: Skipped[];
}

/**
 * Reads the arrays of a .npz archive (stored or deflated .npy entries).
 *
 * Each entry is streamed twice through fixed scratch space: first to see that it really inflates to
 * the declared bytes with the declared CRC, and only then, into an array of just the right size. So
 * no array is made on the word of a header, and inflated bytes are never held beside their values.
 * @throws FileError
 */
export function readNpz(
  file: InputFile,
  ledger: Ledger,
  entries: readonly ZipEntry[] = readZipDirectory(file),
): WeightFile {
  const contents: Contents = { tensors: [], skipped: [] };
  for (const entry of entries) readNpyEntry(entry, file.name, ledger, contents);
  checkUnique(contents.tensors, file.name);
  return { format: 'npz', ...contents, metadata: {} };
}

/**
 * Reads a single .npy file as a set of one tensor that bears the file's name without its ending.
 * @throws FileError
 */
export function readNpy(file: InputFile, ledger: Ledger): WeightFile {
  const contents: Contents = { tensors: [], skipped: [] };
  const array: ArrayBytes = {
    name: stem(file.name),
    size: file.bytes.length,
    stream: (take) => take(file.bytes),
  };
  readArray(array, file.name, ledger, contents);
  return { format: 'npz', ...contents, metadata: {} };
}

function readNpyEntry(entry: ZipEntry, file: string, ledger: Ledger, contents: Contents): void {
  if (!entry.name.endsWith('.npy')) {
    contents.skipped.push({ name: entry.name, reason: 'It is not a .npy array.' });
    return;
  }
  const { size } = entry;
  readArray(
    { name: stem(entry.name), size, stream: (take) => streamEntry(entry, file, take) },
    file,
    ledger,
    contents,
  );
}

/** A .npy file that can be streamed more than once. */
interface ArrayBytes {
  readonly name: string;
  readonly size: number;
  readonly stream: (take: (piece: Uint8Array) => void) => void;
}

function readArray(array: ArrayBytes, file: string, ledger: Ledger, contents: Contents): void {
  const header = parseNpyHeader(readPrefix(array), file, array.name);
  const { count, itemBytes, shape, dtype } = header;
  if (count * itemBytes !== array.size - header.dataStart) {
    throw new FileError(
      'bad-layout',
      file,
      `array "${clip(array.name)}" (${header.descr}, shape ${clip(shape)}) needs ` +
        `${count * itemBytes} bytes, but ${array.size - header.dataStart} follow its header; ` +
        'save it again.',
    );
  }
  ledger.allow(array.size);
  if (dtype === undefined || !FLOATS.has(dtype)) {
    const type = dtype ?? clip(header.descr);
    const reason = `Its values are ${type}; only float16, float32 and float64 are weights here.`;
    contents.skipped.push({ name: array.name, reason });
    return;
  }
  const data = decode(array, header, ledger, file);
  contents.tensors.push({ name: array.name, dtype, shape, data });
}

const scratch = new Uint8Array(MAX_NPY_PREFIX);

/** The first bytes of the array, after all of it was streamed once and so found to be whole. */
function readPrefix(array: ArrayBytes): Uint8Array {
  const prefix = scratch.subarray(0, array.size);
  let at = 0;
  array.stream((piece) => {
    const wanted = piece.subarray(0, prefix.length - at);
    prefix.set(wanted, at);
    at += wanted.length;
  });
  return prefix;
}

function decode(
  array: ArrayBytes,
  header: NpyHeader,
  ledger: Ledger,
  file: string,
): NamedTensor['data'] {
  const kind = header.dtype as 'F16' | 'F32' | 'F64';
  const out = ledger.floats(kind === 'F64' ? 'F64' : 'F32', header.count, file);
  const columnMajor = header.fortranOrder ? header.shape : undefined;
  const sink = new FloatSink(out, { kind, bigEndian: header.bigEndian }, columnMajor);
  let skip = header.dataStart;
  array.stream((piece) => {
    sink.push(piece.subarray(Math.min(skip, piece.length)));
    skip = Math.max(0, skip - piece.length);
  });
  return out;
}

function checkUnique(tensors: readonly NamedTensor[], file: string): void {
  const names = new Set(tensors.map(({ name }) => name));
  if (names.size !== tensors.length) {
    throw new FileError('duplicate', file, 'two of its arrays have the same name; save it again.');
  }
}

function stem(name: string): string {
  return name.replace(/^.*[/\\](?=[^/\\]+$)/, '').replace(/\.npy$/, '');
}
