import { FloatSink } from './float-sink.ts';
import { parseJson } from './json.ts';
import type { ArraySize, MemoryBudget } from './memory-budget.ts';
import { clip, elementCount, FileError, isSize, MAX_RANK } from './tensors.ts';
import type { Dtype, FloatDtype, InputFile, NamedTensor, Skipped, WeightFile } from './tensors.ts';

/** Longest header that is read. The reference stops at 100 MB; real ones are under 1 MB. */
const MAX_HEADER_BYTES = 1_048_576;

/** Bits of one element of every type that safetensors defines. */
const DTYPE_BITS: Readonly<Record<string, number>> = {
  F64: 64,
  F32: 32,
  F16: 16,
  BF16: 16,
  I64: 64,
  U64: 64,
  I32: 32,
  U32: 32,
  I16: 16,
  U16: 16,
  I8: 8,
  U8: 8,
  BOOL: 8,
  C64: 64,
  F8_E4M3: 8,
  F8_E5M2: 8,
  F8_E8M0: 8,
  F6_E2M3: 6,
  F6_E3M2: 6,
  F4: 4,
};
const BITS = new Map(Object.entries(DTYPE_BITS));
const DECODED: ReadonlySet<string> = new Set<FloatDtype>(['F16', 'BF16', 'F32', 'F64']);

/** A tensor as the header has it; its bytes are data[begin … end). */
export interface SafetensorsEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly count: number;
  readonly begin: number;
  readonly end: number;
}

/**
 * Opens a safetensors file: 8 bytes of little-endian header length N, N bytes of JSON, then data.
 * Every offset and size is checked against the bytes: the tensors must cover the data exactly,
 * without holes and without overlaps. Nothing is decoded, and no array is made.
 * @throws FileError naming what is wrong.
 * @see https://github.com/huggingface/safetensors#format
 */
export function openSafetensors(file: InputFile): {
  readonly header: Readonly<Record<string, unknown>>;
  readonly entries: readonly SafetensorsEntry[];
  readonly data: Uint8Array;
} {
  const { header, data } = splitHeader(file);
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => readEntry(name, value, file.name));
  checkCover(entries, data.length, file.name);
  return { header, entries, data };
}

/** Reads the weights of a safetensors file. @throws FileError naming what is wrong. */
export function readSafetensors(file: InputFile, budget: MemoryBudget): WeightFile {
  const { header, entries, data } = openSafetensors(file);
  const decoded = entries.filter((e) => DECODED.has(e.dtype));
  budget.reserve(decoded.map(sizeOf), { file: file.name, wayOut: 'export it again' });
  const tensors = decoded.map((e) => decode(e, data, budget, file.name));
  const skipped = entries.filter((e) => !DECODED.has(e.dtype)).map(skip);
  return { format: 'safetensors', tensors, skipped, metadata: readMetadata(header, file.name) };
}

function splitHeader(file: InputFile): { header: Record<string, unknown>; data: Uint8Array } {
  const { bytes, name } = file;
  if (bytes.length < 8) {
    throw new FileError(
      'truncated',
      name,
      `it has ${bytes.length} bytes, fewer than the 8 that hold a safetensors header's length; ` +
        'copy or download it again.',
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw new FileError(
      'bad-header',
      name,
      `its first 8 bytes announce a header of ${length} bytes, over the cap of ` +
        `${MAX_HEADER_BYTES}; this is not a safetensors file, or it is damaged.`,
    );
  }
  const end = 8 + Number(length);
  if (end > bytes.length) {
    throw new FileError(
      'truncated',
      name,
      `its header should end at byte ${end}, but the file ends at ${bytes.length}; copy or ` +
        'download it again.',
    );
  }
  if (bytes[8] !== 0x7b || length === 0n) {
    throw new FileError(
      'bad-header',
      name,
      'its header does not begin with "{"; this is not a safetensors file, or it is damaged.',
    );
  }
  const header = parseJson(bytes.subarray(8, end), name, 'the header');
  return { header: header as Record<string, unknown>, data: bytes.subarray(end) };
}

function readEntry(name: string, value: unknown, file: string): SafetensorsEntry {
  const fields = (typeof value === 'object' ? value : null) as Record<string, unknown> | null;
  const dtype = fields?.['dtype'];
  const bits = typeof dtype === 'string' ? BITS.get(dtype) : undefined;
  if (typeof dtype !== 'string' || bits === undefined) {
    throw new FileError(
      'bad-value',
      file,
      `tensor "${clip(name)}" has dtype ${clip(dtype)}, which safetensors does not define; ` +
        'export it as F32, F16, BF16 or F64.',
    );
  }
  const shape = fields?.['shape'];
  const count = elementCount(shape);
  if (count === undefined) {
    throw new FileError(
      'bad-value',
      file,
      `tensor "${clip(name)}" has shape ${clip(shape)}, but a shape is a list of at most ` +
        `${MAX_RANK} whole numbers whose product is under 2^53; export it again.`,
    );
  }
  const [begin, end] = readOffsets(name, fields?.['data_offsets'], file);
  if ((end - begin) * 8 !== count * bits) {
    throw new FileError(
      'bad-layout',
      file,
      `tensor "${clip(name)}" (${dtype}, shape ${clip(shape)}) needs ${(count * bits) / 8} ` +
        `bytes, but its data_offsets span ${end - begin}; the header is wrong or the file ` +
        'damaged.',
    );
  }
  return { name, dtype, shape: shape as number[], count, begin, end };
}

function readOffsets(name: string, value: unknown, file: string): [number, number] {
  const [begin, end] = Array.isArray(value) && value.length === 2 ? (value as unknown[]) : [];
  if (!isSize(begin) || !isSize(end) || begin > end) {
    throw new FileError(
      'bad-value',
      file,
      `tensor "${clip(name)}" has data_offsets ${clip(value)}, but they are two whole numbers ` +
        '[begin, end] with begin <= end; export it again.',
    );
  }
  return [begin, end];
}

/** Sorted by offset, each tensor must begin where the last one ended, and the last end the file. */
function checkCover(entries: readonly SafetensorsEntry[], dataBytes: number, file: string): void {
  const sorted = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of sorted) {
    if (end > dataBytes) {
      throw new FileError(
        'truncated',
        file,
        `tensor "${clip(name)}" ends at data byte ${end}, but the file holds ${dataBytes}; ` +
          'copy or download it again.',
      );
    }
    if (begin !== covered) {
      const what = begin < covered ? 'overlaps the tensor before it' : 'leaves a hole before it';
      throw new FileError(
        'bad-layout',
        file,
        `tensor "${clip(name)}" begins at data byte ${begin} where ${covered} is next, so it ` +
          `${what}; export it again.`,
      );
    }
    covered = end;
  }
  if (covered !== dataBytes) {
    throw new FileError(
      'bad-layout',
      file,
      `its tensors end at data byte ${covered}, but the file holds ${dataBytes}; the bytes ` +
        'after them belong to nothing, so export it again.',
    );
  }
}

function sizeOf({ dtype, count }: SafetensorsEntry): ArraySize {
  return { kind: dtype === 'F64' ? 'F64' : 'F32', count };
}

function decode(
  entry: SafetensorsEntry,
  data: Uint8Array,
  budget: MemoryBudget,
  file: string,
): NamedTensor {
  const { name, shape, begin, end } = entry;
  const dtype = entry.dtype as FloatDtype;
  const out = budget.floats(sizeOf(entry), file);
  new FloatSink(out, { kind: dtype, bigEndian: false }).push(data.subarray(begin, end));
  return { name, dtype: dtype satisfies Dtype, shape, data: out };
}

function skip(entry: SafetensorsEntry): Skipped {
  return {
    name: entry.name,
    reason: `Its values are ${entry.dtype}; only F16, BF16, F32 and F64 are weights here.`,
  };
}

function readMetadata(
  header: Readonly<Record<string, unknown>>,
  file: string,
): Record<string, string> {
  const value = header['__metadata__'] ?? {};
  const texts =
    typeof value === 'object' &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === 'string');
  if (!texts) {
    throw new FileError(
      'bad-value',
      file,
      `"__metadata__" is ${clip(value)}, but safetensors allows only text there; export it again.`,
    );
  }
  return value as Record<string, string>;
}
