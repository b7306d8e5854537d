import { clip, elementCount, FileError, MAX_RANK } from './tensors.ts';
import type { Dtype } from './tensors.ts';

/** Longest .npy header text that is read; NumPy's own cap is the same. */
const MAX_NPY_HEADER = 10_000;

/** Longest beginning of a .npy file that {@link parseNpyHeader} may need. */
export const MAX_NPY_PREFIX = 12 + MAX_NPY_HEADER;

/** What a .npy header says. `count` elements of `itemBytes` each follow at byte `dataStart`. */
export interface NpyHeader {
  readonly dtype: Dtype | undefined;
  /** The type as the file writes it, for instance `<f4`. */
  readonly descr: string;
  readonly itemBytes: number;
  readonly bigEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  readonly count: number;
  readonly dataStart: number;
}

const DTYPES: ReadonlyMap<string, Dtype> = new Map([
  ['f2', 'F16'],
  ['f4', 'F32'],
  ['f8', 'F64'],
  ['b1', 'BOOL'],
  ['i1', 'I8'],
  ['u1', 'U8'],
  ['i2', 'I16'],
  ['u2', 'U16'],
  ['i4', 'I32'],
  ['u4', 'U32'],
  ['i8', 'I64'],
  ['u8', 'U64'],
]);

/** Where the header stands, by major version: bytes of its length field. */
const LENGTH_BYTES: ReadonlyMap<number, 2 | 4> = new Map([
  [1, 2],
  [2, 4],
  [3, 4],
]);

/**
 * Parses the header of a .npy file, versions 1 to 3, from its first bytes. The Python literal in it
 * is read by a grammar of its own (three known keys, each once), never evaluated.
 * @throws FileError naming `array`.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function parseNpyHeader(bytes: Uint8Array, file: string, array: string): NpyHeader {
  const refuse = (what: string) =>
    new FileError(
      'bad-header',
      file,
      `array "${clip(array)}" ${what}; save it again with numpy.save or numpy.savez.`,
    );
  if (bytes.length < 10 || !isNpy(bytes)) throw refuse('does not begin as a .npy file does');
  const lengthBytes = LENGTH_BYTES.get(bytes[6]!);
  if (lengthBytes === undefined || bytes[7] !== 0)
    throw refuse(`has .npy version ${bytes[6]!}.${bytes[7]!}, but 1.0, 2.0 and 3.0 are read`);
  const start = 8 + lengthBytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < start) throw refuse('ends inside its header');
  const length = lengthBytes === 2 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_NPY_HEADER)
    throw refuse(`announces a header of ${length} bytes, over the cap of ${MAX_NPY_HEADER}`);
  if (start + length > bytes.length)
    throw refuse(`announces a header of ${length} bytes, but only ${bytes.length - start} follow`);
  const text = String.fromCharCode(...bytes.subarray(start, start + length));
  const fields = parseDict(text);
  if (fields === undefined)
    throw refuse(
      `has the header ${clip(text)}, which is not {'descr': …, 'fortran_order': …, 'shape': …}`,
    );
  return { ...fromFields(fields, file, array), dataStart: start + length };
}

/** True when the bytes begin with the .npy magic. */
export function isNpy(bytes: Uint8Array): boolean {
  return [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59].every((byte, k) => bytes[k] === byte);
}

interface Fields {
  readonly descr: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
}

const PATTERNS = {
  descr: /\s*'descr'\s*:\s*(?:'([^'\\]*)'|(\[[^\]]*\]))\s*/y,
  fortran: /\s*'fortran_order'\s*:\s*(True|False)\s*/y,
  shape: /\s*'shape'\s*:\s*\(([\d\s,]{0,1000})\)\s*/y,
};

/** ASCII only: Unicode's other spaces are not Python's. */
const PRINTABLE = /^[\x20-\x7e\n]*$/;

/** The three fields in any order, each once, commas between; undefined for anything else. */
function parseDict(text: string): Fields | undefined {
  const body = /^\{([^{}]*)\}\s*$/.exec(text)?.[1];
  if (body === undefined || !PRINTABLE.test(text)) return undefined;
  const found = new Map<string, string>();
  let at = 0;
  while (found.size < 3) {
    const hit = matchField(body, at, found);
    if (hit === undefined) return undefined;
    at = hit;
    if (body[at] === ',') at += 1;
    else if (found.size < 3) return undefined;
  }
  const shape = parseTuple(found.get('shape')!);
  if (body.slice(at).trim() !== '' || shape === undefined) return undefined;
  return { descr: found.get('descr')!, fortran: found.get('fortran') === 'True', shape };
}

function matchField(body: string, at: number, found: Map<string, string>): number | undefined {
  for (const [key, pattern] of Object.entries(PATTERNS)) {
    pattern.lastIndex = at;
    const match = pattern.exec(body);
    if (match === null || found.has(key)) continue;
    found.set(key, match[1] ?? match[2] ?? '');
    return pattern.lastIndex;
  }
  return undefined;
}

/** The numbers of a Python tuple without its parentheses: "", "3,", "3, 4" or "3, 4,". */
function parseTuple(text: string): number[] | undefined {
  const body = text.trim();
  if (body === '') return [];
  if (!/^(?:0|[1-9]\d*)\s*,(?:\s*(?:0|[1-9]\d*)\s*,)*(?:\s*(?:0|[1-9]\d*))?$/.test(body))
    return undefined;
  return body
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
}

function fromFields(fields: Fields, file: string, array: string): Omit<NpyHeader, 'dataStart'> {
  const { descr, shape, fortran } = fields;
  const count = elementCount(shape);
  if (count === undefined) {
    throw new FileError(
      'bad-value',
      file,
      `array "${clip(array)}" has shape (${clip(shape.join(', '))}), but a shape has at most ` +
        `${MAX_RANK} sizes whose product is under 2^53; save it again.`,
    );
  }
  if (/^[<>|=]?O/.test(descr)) {
    throw new FileError(
      'refused-format',
      file,
      `array "${clip(array)}" holds pickled Python objects (dtype ${clip(descr)}), which run ` +
        'code when they are opened, so they never are; save plain float arrays.',
    );
  }
  const match = /^([<>|=]?)([a-zA-Z])(\d{1,4})$/.exec(descr);
  if (match === null) {
    throw new FileError(
      'bad-value',
      file,
      `array "${clip(array)}" has dtype ${clip(descr)}, which is not a plain number type; save ` +
        'it as float32.',
    );
  }
  const itemBytes = itemSize(match[2]!, Number(match[3]));
  const dtype = DTYPES.get(match[2]! + match[3]!);
  return {
    dtype,
    descr,
    itemBytes,
    bigEndian: match[1] === '>',
    fortranOrder: fortran,
    shape,
    count,
  };
}

/** NumPy counts characters (4 bytes each) for U, bytes for all else. */
function itemSize(kind: string, size: number): number {
  return kind === 'U' ? 4 * size : size;
}
