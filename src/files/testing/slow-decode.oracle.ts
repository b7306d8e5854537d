import { unzipSync } from 'fflate';
import type { InputFile, WeightFile } from '../tensors.ts';

/** A tensor decoded value by value, with no code of the readers. */
export interface SlowTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

type Slow = Map<string, SlowTensor>;

/** binary16 by its definition. */
function slowHalf(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = Math.floor(bits / 1024) % 32;
  const fraction = (bits % 1024) / 1024;
  if (exponent === 31) return fraction > 0 ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}

/** bfloat16 by its definition. */
function slowBfloat(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = Math.floor(bits / 128) % 256;
  const fraction = (bits % 128) / 128;
  if (exponent === 255) return fraction > 0 ? NaN : sign * Infinity;
  return exponent === 0
    ? sign * fraction * 2 ** -126
    : sign * (1 + fraction) * 2 ** (exponent - 127);
}

type Get = (view: DataView, at: number, little: boolean) => number;
const ELEMENTS: Readonly<Record<string, { bytes: number; get: Get }>> = {
  F16: { bytes: 2, get: (v, at, le) => slowHalf(v.getUint16(at, le)) },
  BF16: { bytes: 2, get: (v, at, le) => slowBfloat(v.getUint16(at, le)) },
  F32: { bytes: 4, get: (v, at, le) => v.getFloat32(at, le) },
  F64: { bytes: 8, get: (v, at, le) => v.getFloat64(at, le) },
  U8: { bytes: 1, get: (v, at) => v.getUint8(at) },
  U16: { bytes: 2, get: (v, at, le) => v.getUint16(at, le) },
};

function values(bytes: Uint8Array, kind: string, count: number, little = true): number[] {
  const { bytes: step, get } = ELEMENTS[kind]!;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: count }, (_, k) => get(view, k * step, little));
}

function product(shape: readonly number[]): number {
  return shape.reduce((p, n) => p * n, 1);
}

/** The float tensors of a safetensors file. */
export function slowSafetensors([file]: readonly InputFile[]): Slow {
  const { bytes } = file!;
  const end = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, end))) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const found: Slow = new Map();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__' || !['F16', 'BF16', 'F32', 'F64'].includes(entry.dtype)) continue;
    const data = bytes.subarray(end + entry.data_offsets[0], end + entry.data_offsets[1]);
    found.set(name, {
      shape: entry.shape,
      values: values(data, entry.dtype, product(entry.shape)),
    });
  }
  return found;
}

/** The float arrays of a .npz archive, unzipped by a library. */
export function slowNpz([file]: readonly InputFile[]): Slow {
  const found: Slow = new Map();
  for (const [name, bytes] of Object.entries(unzipSync(file!.bytes))) {
    if (!name.endsWith('.npy')) continue;
    const array = slowNpy(bytes);
    if (array !== undefined) found.set(name.slice(0, -4).replace(/^.*[/\\]/, ''), array);
  }
  return found;
}

const NPY_KINDS: Readonly<Record<string, string>> = { f2: 'F16', f4: 'F32', f8: 'F64' };

/** One .npy file, its header turned from Python into JSON; undefined when it holds no floats. */
export function slowNpy(bytes: Uint8Array): SlowTensor | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [start, length] =
    bytes[6] === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const python = new TextDecoder('latin1').decode(bytes.subarray(start, start + length));
  const json = python
    .replaceAll("'", '"')
    .replace('True', 'true')
    .replace('False', 'false')
    .replace('(', '[')
    .replace(')', ']')
    .replace(/,\s*\]/, ']')
    .replace(/,\s*\}/, '}');
  const header = JSON.parse(json) as { descr: string; fortran_order: boolean; shape: number[] };
  const kind = NPY_KINDS[header.descr.slice(-2)];
  if (kind === undefined) return undefined;
  const flat = values(
    bytes.subarray(start + length),
    kind,
    product(header.shape),
    !header.descr.startsWith('>'),
  );
  const { shape } = header;
  return { shape, values: header.fortran_order ? fromColumnMajor(flat, shape) : flat };
}

/**
 * Place by place: the multi-index of each row-major position, and where column-major order has it.
 */
function fromColumnMajor(flat: readonly number[], shape: readonly number[]): number[] {
  return flat.map((_, place) => {
    let rest = place;
    const index = [...shape]
      .reverse()
      .map((size) => {
        const i = rest % size;
        rest = (rest - i) / size;
        return i;
      })
      .reverse();
    let stride = 1;
    let from = 0;
    index.forEach((i, axis) => {
      from += i * stride;
      stride *= shape[axis]!;
    });
    return flat[from]!;
  });
}

interface Manifest {
  weightsManifest: {
    paths: string[];
    weights: {
      name: string;
      shape: number[];
      dtype: string;
      quantization?: { dtype: string; scale: number; min: number };
    }[];
  }[];
}

const TFJS_BYTES: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
  uint8: 1,
  complex64: 8,
  float16: 2,
  uint16: 2,
};

/** The float weights of a tfjs model; the model comes first in `files`. */
export function slowTfjs([model, ...shards]: readonly InputFile[]): Slow {
  const json = JSON.parse(new TextDecoder().decode(model!.bytes)) as Manifest;
  const found: Slow = new Map();
  for (const group of json.weightsManifest) {
    const parts = group.paths.map(
      (path) => shards.find(({ name }) => name === path.split(/[/\\]/).at(-1))!.bytes,
    );
    const data = new Uint8Array(Buffer.concat(parts));
    let at = 0;
    for (const { name, shape, dtype, quantization } of group.weights) {
      const bytes = product(shape) * TFJS_BYTES[quantization?.dtype ?? dtype]!;
      const piece = data.slice(at, at + bytes);
      at += bytes;
      if (dtype === 'float32' || (dtype === 'float16' && quantization === undefined)) {
        found.set(name, {
          shape,
          values: slowDequantize(piece, product(shape), dtype, quantization),
        });
      }
    }
  }
  return found;
}

function slowDequantize(
  piece: Uint8Array,
  count: number,
  dtype: string,
  q?: { dtype: string; scale: number; min: number },
): number[] {
  if (q === undefined) return values(piece, dtype === 'float16' ? 'F16' : 'F32', count);
  if (q.dtype === 'float16') return values(piece, 'F16', count);
  return values(piece, q.dtype === 'uint8' ? 'U8' : 'U16', count).map((v) =>
    Math.fround(v * q.scale + q.min),
  );
}

/**
 * The first difference between what a reader gave and the slow decode, as text; undefined for none.
 */
export function difference(read: WeightFile, slow: Slow): string | undefined {
  if (read.tensors.length !== slow.size)
    return `${read.tensors.length} tensors read, ${slow.size} there`;
  for (const { name, shape, data } of read.tensors) {
    const want = slow.get(name);
    if (want === undefined) return `${name} is not there`;
    if (shape.join() !== want.shape.join())
      return `${name}: shape ${shape.join()}, not ${want.shape.join()}`;
    if (data.length !== want.values.length)
      return `${name}: ${data.length} values, not ${want.values.length}`;
    const wrong = data.findIndex((value, k) => !Object.is(value, want.values[k]));
    if (wrong >= 0) return `${name}[${wrong}]: ${data[wrong]!}, not ${want.values[wrong]!}`;
  }
  return undefined;
}
