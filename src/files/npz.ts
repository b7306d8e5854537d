import { FloatSink } from './float-sink.ts';
import type { ArraySize, MemoryBudget } from './memory-budget.ts';
import { MAX_NPY_PREFIX, parseNpyHeader } from './npy.ts';
import type { NpyHeader } from './npy.ts';
import { clip, FileError } from './tensors.ts';
import type { FloatDtype, InputFile, NamedTensor, Skipped, WeightFile } from './tensors.ts';
import { readZipDirectory } from './zip-directory.ts';
import type { ZipEntry } from './zip-directory.ts';
import { streamEntry } from './zip-stream.ts';

type ReadDtype = Exclude<FloatDtype, 'BF16'>;

function isRead(dtype: string | undefined): dtype is ReadDtype {
  return dtype === 'F16' || dtype === 'F32' || dtype === 'F64';
}

/**
 * Reads the arrays of a .npz archive (stored or deflated .npy entries).
 *
 * Each entry is streamed twice through fixed scratch space: first to see that it really inflates to
 * the declared bytes with the declared CRC, and only when all of them do, into an array of just the
 * right size. So no array is made on the word of a header, and inflated bytes are never held beside
 * their values.
 * @throws FileError
 */
export function readNpz(
  file: InputFile,
  budget: MemoryBudget,
  entries: readonly ZipEntry[] = readZipDirectory(file),
): WeightFile {
  const found = entries.map((entry) => examineEntry(entry, file.name));
  checkUnique(found.filter(isFound), file.name);
  return readFound(found, file.name, budget);
}

/**
 * Reads a single .npy file as a set of one tensor that bears the file's name without its ending.
 * @throws FileError
 */
export function readNpy(file: InputFile, budget: MemoryBudget): WeightFile {
  const array: ArrayBytes = {
    name: stem(file.name),
    size: file.bytes.length,
    stream: (take) => take(file.bytes),
  };
  return readFound([examine(array, file.name)], file.name, budget);
}

function examineEntry(entry: ZipEntry, file: string): Found | Skipped {
  const { name, size } = entry;
  if (!name.endsWith('.npy')) return { name, reason: 'It is not a .npy array.' };
  return examine(
    { name: stem(name), size, stream: (take) => streamEntry(entry, file, take) },
    file,
  );
}

/** Makes and fills the arrays once all of them were seen to be there. */
function readFound(
  found: readonly (Found | Skipped)[],
  file: string,
  budget: MemoryBudget,
): WeightFile {
  const arrays = found.filter(isFound);
  const wayOut = 'save it uncompressed with numpy.savez instead of numpy.savez_compressed';
  budget.reserve(
    arrays.map(({ size }) => size),
    { file, wayOut },
  );
  return {
    format: 'npz',
    tensors: arrays.map((array) => decode(array, budget, file)),
    skipped: found.filter((item): item is Skipped => !isFound(item)),
    metadata: {},
  };
}

/** A .npy file that can be streamed more than once. */
interface ArrayBytes {
  readonly name: string;
  readonly size: number;
  readonly stream: (take: (piece: Uint8Array) => void) => void;
}

/** An array that was streamed once, whose header is true, and what it will take. */
interface Found {
  readonly name: string;
  readonly dtype: ReadDtype;
  readonly header: NpyHeader;
  readonly size: ArraySize;
  readonly stream: ArrayBytes['stream'];
}

function isFound(item: Found | Skipped): item is Found {
  return 'header' in item;
}

function examine(array: ArrayBytes, file: string): Found | Skipped {
  const { name, stream } = array;
  const header = parseNpyHeader(readPrefix(array), file, name);
  const { count, itemBytes, shape, dtype } = header;
  if (count * itemBytes !== array.size - header.dataStart) {
    throw new FileError(
      'bad-layout',
      file,
      `array "${clip(name)}" (${header.descr}, shape ${clip(shape)}) needs ` +
        `${count * itemBytes} bytes, but ${array.size - header.dataStart} follow its header; ` +
        'save it again.',
    );
  }
  if (!isRead(dtype)) {
    const type = dtype ?? clip(header.descr);
    const reason = `Its values are ${type}; only float16, float32 and float64 are weights here.`;
    return { name, reason };
  }
  return { name, dtype, header, stream, size: { kind: dtype === 'F64' ? 'F64' : 'F32', count } };
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

function decode(array: Found, budget: MemoryBudget, file: string): NamedTensor {
  const { name, dtype, size, stream } = array;
  const { shape, fortranOrder, bigEndian, dataStart } = array.header;
  const data = budget.floats(size, file);
  const sink = new FloatSink(data, { kind: dtype, bigEndian }, fortranOrder ? shape : undefined);
  let skip = dataStart;
  stream((piece) => {
    sink.push(piece.subarray(Math.min(skip, piece.length)));
    skip = Math.max(0, skip - piece.length);
  });
  return { name, dtype, shape, data };
}

function checkUnique(arrays: readonly Found[], file: string): void {
  const names = new Set(arrays.map(({ name }) => name));
  if (names.size !== arrays.length) {
    throw new FileError('duplicate', file, 'two of its arrays have the same name; save it again.');
  }
}

function stem(name: string): string {
  return name.replace(/^.*[/\\](?=[^/\\]+$)/, '').replace(/\.npy$/, '');
}
