import { elementCount } from '../files/tensors.ts';

/** What the pickle reader makes: plain data, names of globals, and arrays of bytes. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Map<string, PickleValue>
  | PickleValue[]
  | PickleSymbol
  | ByteArray
  | ByteType;

/** The name of a global. It refers to nothing and can do nothing. */
export interface PickleSymbol {
  readonly symbol: string;
}

/** A NumPy array of unsigned bytes; empty until its state has been read. */
export class ByteArray {
  shape: readonly number[] = [0];
  /** Whether the first index runs fastest (Fortran's order), as in an array saved transposed. */
  columnMajor = false;
  bytes: Uint8Array = new Uint8Array(0);
}

/** NumPy's type of unsigned bytes, the only one that is read. */
export class ByteType {
  readonly name = 'uint8';
}

const RECONSTRUCT = ['numpy.core.multiarray._reconstruct', 'numpy._core.multiarray._reconstruct'];
const KNOWN: readonly string[] = [...RECONSTRUCT, 'numpy.ndarray', 'numpy.dtype'];

/** Whether a global is one of those that NumPy's arrays are pickled with. */
export function isSymbol(name: string): boolean {
  return KNOWN.includes(name);
}

function symbolOf(value: PickleValue | undefined): string {
  return typeof value === 'object' && value !== null && 'symbol' in value ? value.symbol : '';
}

function textOf(value: PickleValue | undefined): unknown {
  return value instanceof Uint8Array ? String.fromCharCode(...value.subarray(0, 8)) : value;
}

/**
 * What REDUCE makes of a global and its arguments: an array from `_reconstruct(ndarray, (0,),
 * b'b')` and a type from `dtype('u1', …)`; undefined for anything else.
 */
export function reduce(callable: PickleValue, args: PickleValue): PickleValue | undefined {
  if (!Array.isArray(args)) return undefined;
  const symbol = symbolOf(callable);
  if (RECONSTRUCT.includes(symbol) && symbolOf(args[0]) === 'numpy.ndarray') return new ByteArray();
  if (symbol === 'numpy.dtype' && textOf(args[0]) === 'u1') return new ByteType();
  return undefined;
}

/**
 * What BUILD makes of an array or type and its state: an array's is (version, shape, type, Fortran
 * order, bytes), a type's says nothing more for bytes; undefined for anything else.
 */
export function build(object: PickleValue, state: PickleValue): PickleValue | undefined {
  if (!Array.isArray(state)) return undefined;
  if (object instanceof ByteType) return object;
  if (!(object instanceof ByteArray)) return undefined;
  const [, shape, type, fortran, bytes] = state;
  const whole = bytes instanceof Uint8Array && elementCount(shape) === bytes.length;
  if (!whole || !(type instanceof ByteType) || typeof fortran !== 'boolean') return undefined;
  object.shape = shape as number[];
  object.columnMajor = fortran;
  object.bytes = bytes;
  return object;
}
