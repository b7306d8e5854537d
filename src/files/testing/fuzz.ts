import { inflateRawSync } from 'node:zlib';
import { uniformAt } from '../../math/random.ts';
import { readWeights } from '../read-weights.ts';
import { FileError } from '../tensors.ts';
import type { InputFile, WeightFile } from '../tensors.ts';
import { fuzzSeeds } from './fuzz-seeds.ts';
import type { FuzzSeed, FuzzTarget } from './fuzz-seeds.ts';
import { makeZip } from './hand-made.ts';
import { difference, slowNpz, slowSafetensors, slowTfjs } from './slow-decode.oracle.ts';

/** Random choices that depend on (seed, number of the file) and on nothing else. */
export class Rng {
  #index = 0;
  readonly #stream: { readonly seed: number; readonly stream: number };

  constructor(seed: number, file: number) {
    this.#stream = { seed, stream: file };
  }

  /** A whole number from 0 to below `n` (0 for n = 0). */
  below(n: number): number {
    return Math.floor(uniformAt(this.#stream, this.#index++) * n);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

const BYTES = [0, 1, 0x7f, 0x80, 0xff, 0x20, 0x22, 0x2c, 0x30, 0x39, 0x5b, 0x5d, 0x7b, 0x7d];
const MESSAGES = [
  0, 1, 2, 4, 8, 0x7f, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe,
  0xffffffff,
];
const TOKENS = [
  'F16',
  'F32',
  'F64',
  'BF16',
  'I64',
  'U8',
  'float32',
  'float16',
  'int32',
  'uint8',
  'uint16',
  "'<f2'",
  "'<f4'",
  "'>f8'",
  "'|O'",
  'True',
  'False',
  'null',
  '-1',
  '0',
  '1',
  '1e3',
  '0.5',
  '9007199254740993',
  '4294967296',
  '1e308',
  '-0',
  '[]',
  '{}',
  '[0]',
  '"a"',
  '__metadata__',
  'data_offsets',
  'shape',
  'dtype',
  '(',
  ')',
  ',',
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\u0000',
  '0,0',
  '2,3',
];

type Mutation = (bytes: Uint8Array, rng: Rng) => Uint8Array;

function splice(bytes: Uint8Array, at: number, cut: number, put: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length - cut + put.length);
  out.set(bytes.subarray(0, at));
  out.set(put, at);
  out.set(bytes.subarray(at + cut), at + put.length);
  return out;
}

function piece(bytes: Uint8Array, rng: Rng): Uint8Array {
  const at = rng.below(bytes.length);
  return bytes.subarray(at, at + 1 + rng.below(Math.min(64, bytes.length - at)));
}

const MUTATIONS: readonly Mutation[] = [
  function flipBit(bytes, rng) {
    const out = bytes.slice();
    if (out.length > 0) out[rng.below(out.length)]! ^= 1 << rng.below(8);
    return out;
  },
  function setByte(bytes, rng) {
    const out = bytes.slice();
    if (out.length > 0) out[rng.below(out.length)] = rng.pick(BYTES);
    return out;
  },
  function setWord(bytes, rng) {
    const out = bytes.slice();
    const size = rng.pick([2, 4] as const);
    const at = rng.below(out.length);
    if (at + size > out.length) return out;
    const view = new DataView(out.buffer);
    if (size === 2) view.setUint16(at, rng.pick(MESSAGES) & 0xffff, true);
    else view.setUint32(at, rng.pick(MESSAGES), true);
    return out;
  },
  function truncate(bytes, rng) {
    return bytes.slice(0, rng.below(bytes.length + 1));
  },
  function append(bytes, rng) {
    return splice(bytes, bytes.length, 0, piece(bytes, rng));
  },
  function remove(bytes, rng) {
    const at = rng.below(bytes.length);
    return splice(bytes, at, Math.min(bytes.length - at, 1 + rng.below(16)), new Uint8Array(0));
  },
  function repeat(bytes, rng) {
    return splice(bytes, rng.below(bytes.length), 0, piece(bytes, rng));
  },
  function overwrite(bytes, rng) {
    const part = piece(bytes, rng);
    const at = rng.below(bytes.length);
    return splice(bytes, at, Math.min(part.length, bytes.length - at), part);
  },
  changeNumber,
  changeNumber,
  function putToken(bytes, rng) {
    const at = rng.below(bytes.length);
    return splice(
      bytes,
      at,
      Math.min(rng.below(6), bytes.length - at),
      new TextEncoder().encode(rng.pick(TOKENS)),
    );
  },
];

/** Replaces one run of digits by another number: the mutation that makes headers lie. */
function changeNumber(bytes: Uint8Array, rng: Rng): Uint8Array {
  const isDigit = (at: number) => bytes[at] !== undefined && bytes[at] >= 0x30 && bytes[at] <= 0x39;
  let at = rng.below(bytes.length);
  while (at < bytes.length && !isDigit(at)) at += 1;
  let end = at;
  while (isDigit(end)) end += 1;
  const old = Number(new TextDecoder().decode(bytes.subarray(at, end)));
  const numbers = [
    0,
    1,
    old - 1,
    old + 1,
    2 * old,
    4 * old,
    old / 2,
    rng.below(100),
    2 ** 31,
    2 ** 32,
    2 ** 53,
    1e15,
  ];
  return splice(bytes, at, end - at, new TextEncoder().encode(String(rng.pick(numbers))));
}

/** One to three random changes, one as often as two or three. */
export function mutate(bytes: Uint8Array, rng: Rng): Uint8Array {
  let out = bytes;
  for (let left = rng.pick([1, 1, 2, 3]); left > 0; left -= 1) out = rng.pick(MUTATIONS)(out, rng);
  return out;
}

/** Changes the header and then makes the 8 bytes before it tell its length again. */
function mutateHeader(file: InputFile, rng: Rng): InputFile {
  const view = new DataView(file.bytes.buffer, file.bytes.byteOffset);
  const end = 8 + Number(view.getBigUint64(0, true));
  const header = mutate(file.bytes.subarray(8, end), rng);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(header.length), true);
  return { name: file.name, bytes: Buffer.concat([length, header, file.bytes.subarray(end)]) };
}

/**
 * Changes one array inside the archive, or its deflated stream, and makes sizes and CRC fit again.
 */
function mutateInside(seed: FuzzSeed, rng: Rng): InputFile {
  const parts = seed.parts!.map((part) => ({ ...part }));
  const k = rng.below(parts.length);
  const part = parts[k]!;
  if (part.packed === undefined || rng.below(2) === 0) {
    parts[k] = { name: part.name, content: mutate(part.content, rng), method: part.method ?? 0 };
  } else {
    const packed = mutate(part.packed, rng);
    parts[k] = { ...part, packed, content: inflated(packed) ?? part.content };
  }
  return { name: seed.files[0]!.name, bytes: makeZip(parts) };
}

/** What zlib makes of a deflated stream that has nothing after it; undefined when it is damaged. */
function inflated(packed: Uint8Array): Uint8Array | undefined {
  try {
    return inflateRawSync(packed, { maxOutputLength: 100_000 });
  } catch {
    return undefined;
  }
}

/** Changes values only, so that the file stays readable and its numbers must be the new ones. */
function mutateValues(target: FuzzTarget, seed: FuzzSeed, rng: Rng): readonly InputFile[] {
  const flip = (bytes: Uint8Array, from: number): Uint8Array => {
    const [head, tail] = [bytes.subarray(0, from), bytes.subarray(from)];
    return Buffer.concat([head, rng.pick(MUTATIONS.slice(0, 3))(tail, rng)]);
  };
  if (seed.parts !== undefined) {
    const parts = seed.parts.map(({ name, content, method }) => ({
      name,
      method: method ?? 0,
      content: flip(content, content.indexOf(0x0a) + 1),
    }));
    return [{ name: seed.files[0]!.name, bytes: makeZip(parts) }];
  }
  return seed.files.map(({ name, bytes }) => {
    if (name === 'model.json') return { name, bytes };
    const from =
      target === 'tfjs' ? 0 : 8 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    return { name, bytes: flip(bytes, from) };
  });
}

/** File number `index` of a target's fuzz: the same for the same seed, whatever came before. */
export function mutatedFiles(
  target: FuzzTarget,
  seed: number,
  index: number,
): readonly InputFile[] {
  const rng = new Rng(seed, index);
  const base = rng.pick(fuzzSeeds(target));
  const how = rng.pick(['anywhere', 'header', 'header', 'values'] as const);
  if (how === 'values') return mutateValues(target, base, rng);
  if (how === 'header' && target === 'safetensors') return [mutateHeader(base.files[0]!, rng)];
  if (how === 'header' && base.parts !== undefined) return [mutateInside(base, rng)];
  const victim = how === 'header' ? 0 : rng.below(base.files.length);
  return base.files.map((file, k) =>
    k === victim ? { name: file.name, bytes: mutate(file.bytes, rng) } : file,
  );
}

/** What happened to one file. */
export interface FuzzOutcome {
  readonly kind: 'refused' | 'read';
  /** The error's code, or the empty text. */
  readonly code: string;
  readonly milliseconds: number;
  /** Bytes of all typed arrays made while reading, for each byte of the files. */
  readonly perFileByte: number;
}

const SLOW = { safetensors: slowSafetensors, npz: slowNpz, tfjs: slowTfjs } as const;

/**
 * Reads one set of files and judges the outcome. Throws on anything that must not happen: an error
 * that is no FileError, values that differ from the slow decode, or arrays of over twice the files.
 */
export async function fuzzOnce(
  target: FuzzTarget,
  files: readonly InputFile[],
): Promise<FuzzOutcome> {
  const begin = performance.now();
  const { result, made } = countArrays(() => readWeights(files));
  const read = await result.catch((error: unknown) => onlyFileErrors(error));
  const milliseconds = performance.now() - begin;
  if (!(read instanceof FileError)) check(target, files, read);
  const size = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (made > 2 * size) throw new Error(`${made} bytes of arrays were made for ${size} bytes`);
  return {
    kind: read instanceof FileError ? 'refused' : 'read',
    code: read instanceof FileError ? read.code : '',
    milliseconds,
    perFileByte: made / Math.max(1, size),
  };
}

function onlyFileErrors(error: unknown): FileError {
  if (error instanceof FileError && error.message.length < 1200) return error;
  throw new Error('a reader threw something else than a short FileError', { cause: error });
}

function check(target: FuzzTarget, files: readonly InputFile[], read: WeightFile): void {
  if (read.format !== target) return;
  const wrong = difference(read, SLOW[target](files));
  if (wrong !== undefined) throw new Error(`${target}: read, but not what the bytes say: ${wrong}`);
}

const COUNTED = [
  'ArrayBuffer',
  'Uint8Array',
  'Uint16Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
] as const;

/**
 * Runs `work` with the constructors of buffers and arrays replaced by ones that count what they
 * allocate, so that an array that bypassed the ledger would be seen. `work` must do all of its
 * allocating before it first waits, which the readers do.
 */
function countArrays<T>(work: () => T): { result: T; made: number } {
  let made = 0;
  const world = globalThis as unknown as Record<string, { BYTES_PER_ELEMENT?: number }>;
  const originals = COUNTED.map((name) => world[name]!);
  originals.forEach((original, k) => {
    const step = original.BYTES_PER_ELEMENT ?? 1;
    world[COUNTED[k]!] = new Proxy(original, {
      construct(ctor, args: unknown[], target) {
        if (typeof args[0] === 'number') made += args[0] * step;
        return Reflect.construct(ctor as never, args, target) as object;
      },
    });
  });
  try {
    return { result: work(), made };
  } finally {
    originals.forEach((original, k) => (world[COUNTED[k]!] = original));
  }
}
