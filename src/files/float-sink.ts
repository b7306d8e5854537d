import type { FloatDtype } from './tensors.ts';

/**
 * How stored elements become numbers: a float type, or whole numbers with `value * scale + min`.
 */
export type Encoding =
  | { readonly kind: FloatDtype; readonly bigEndian: boolean }
  | { readonly kind: 'U8' | 'U16'; readonly scale: number; readonly min: number };

/** Bytes of one stored element. */
export const ELEMENT_BYTES: Readonly<Record<Encoding['kind'], number>> = {
  F16: 2,
  BF16: 2,
  F32: 4,
  F64: 8,
  U8: 1,
  U16: 2,
};

type Read = (view: DataView, at: number) => number;

const HALF_SCALE = Float64Array.from({ length: 31 }, (_, e) => 2 ** (Math.max(e, 1) - 25));

/** The value of an IEEE 754 binary16 bit pattern; exact in float32. */
function halfToNumber(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (fraction + (exponent === 0 ? 0 : 1024)) * HALF_SCALE[exponent]!;
}

const word = new DataView(new ArrayBuffer(4));

/** The value of a bfloat16 bit pattern (the upper half of a float32); exact in float32. */
function bfloatToNumber(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}

const FLOAT_READERS: Readonly<Record<FloatDtype, (little: boolean) => Read>> = {
  F16: (little) => (view, at) => halfToNumber(view.getUint16(at, little)),
  BF16: (little) => (view, at) => bfloatToNumber(view.getUint16(at, little)),
  F32: (little) => (view, at) => view.getFloat32(at, little),
  F64: (little) => (view, at) => view.getFloat64(at, little),
};

function isBigEndian(encoding: Encoding): boolean {
  return 'bigEndian' in encoding && encoding.bigEndian;
}

function readerOf(encoding: Encoding): Read {
  if (!('scale' in encoding)) return FLOAT_READERS[encoding.kind](!encoding.bigEndian);
  const { kind, scale, min } = encoding;
  if (kind === 'U8') return (view, at) => view.getUint8(at) * scale + min;
  return (view, at) => view.getUint16(at, true) * scale + min;
}

/** The element that two pieces share; shared by all sinks, since none uses it beyond one call. */
const straddling = new Uint8Array(8);

/**
 * Takes the bytes of one tensor in pieces of any length and fills `out` with their values, so that
 * neither inflated bytes nor joined shards are ever held beside the result.
 */
export class FloatSink {
  readonly #out: Float32Array | Float64Array;
  readonly #size: number;
  readonly #read: Read;
  readonly #plain: boolean;
  readonly #next: () => number;
  readonly #carried: number[] = [];
  #filled = 0;

  /** `columnMajor`: the shape when elements come with the first index fastest (Fortran order). */
  constructor(
    out: Float32Array | Float64Array,
    encoding: Encoding,
    columnMajor?: readonly number[],
  ) {
    this.#out = out;
    this.#size = ELEMENT_BYTES[encoding.kind];
    this.#read = readerOf(encoding);
    const copied = (encoding.kind === 'F32' || encoding.kind === 'F64') && !isBigEndian(encoding);
    this.#plain = copied && columnMajor === undefined && HOST_IS_LITTLE_ENDIAN;
    this.#next = columnMajor === undefined ? () => this.#filled : columnMajorPlaces(columnMajor);
  }

  /** Decodes the next piece. The caller has checked that all pieces together fill `out` exactly. */
  push(piece: Uint8Array): void {
    let at = 0;
    if (this.#carried.length > 0) {
      at = Math.min(this.#size - this.#carried.length, piece.length);
      this.#carried.push(...piece.subarray(0, at));
      if (this.#carried.length < this.#size) return;
      straddling.set(this.#carried);
      this.#decode(straddling.subarray(0, this.#size));
      this.#carried.length = 0;
    }
    const whole = piece.length - at - ((piece.length - at) % this.#size);
    this.#decode(piece.subarray(at, at + whole));
    this.#carried.push(...piece.subarray(at + whole));
  }

  #decode(bytes: Uint8Array): void {
    const count = bytes.length / this.#size;
    const out = this.#out;
    if (this.#plain) {
      new Uint8Array(out.buffer, this.#filled * this.#size, bytes.length).set(bytes);
      this.#filled += count;
      return;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < bytes.length; at += this.#size) {
      out[this.#next()] = this.#read(view, at);
      this.#filled += 1;
    }
  }
}

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Row-major places of elements that come in column-major order, one at each call. */
function columnMajorPlaces(shape: readonly number[]): () => number {
  const strides = rowMajorStrides(shape);
  const index = shape.map(() => 0);
  let place = 0;
  return () => {
    const current = place;
    for (let axis = 0; axis < shape.length; axis += 1) {
      index[axis]! += 1;
      place += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      place -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
    return current;
  };
}

function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis -= 1) {
    strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  }
  return strides;
}
