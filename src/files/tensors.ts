import type { WeightFormat } from '../model/net/weight-formats.ts';

/**
 * Element types as safetensors names them. Other types that a format knows are listed as skipped,
 * by name.
 */
export type Dtype =
  | 'F16'
  | 'BF16'
  | 'F32'
  | 'F64'
  | 'I8'
  | 'U8'
  | 'I16'
  | 'U16'
  | 'I32'
  | 'U32'
  | 'I64'
  | 'U64'
  | 'BOOL';

/** The types whose values are decoded: F16, BF16 and F32 to float32 (exactly), F64 to float64. */
export type FloatDtype = 'F16' | 'BF16' | 'F32' | 'F64';

/**
 * One decoded tensor, row major. `dtype` is the type in the file; `data` holds the product of
 * `shape` values (one for a scalar, whose shape is empty). NaN and infinities are passed on as they
 * are.
 */
export interface NamedTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** Something in a file that was not decoded, and the sentence that says why. */
export interface Skipped {
  readonly name: string;
  readonly reason: string;
}

/**
 * The decoded contents of one set of weight files. `metadata` is what the writer noted, as text.
 */
export interface WeightFile {
  readonly format: WeightFormat;
  readonly tensors: readonly NamedTensor[];
  readonly skipped: readonly Skipped[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file as a page or the command line hands it over. */
export interface InputFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Why a file was refused. */
export type FileErrorCode =
  | 'unknown-format'
  | 'refused-format'
  | 'truncated'
  | 'bad-header'
  | 'bad-layout'
  | 'bad-value'
  | 'too-big'
  | 'bad-compression'
  | 'missing-file'
  | 'duplicate'
  | 'bad-description'
  | 'does-not-fit';

/**
 * A file that was refused. `message` is one sentence for the reader: the file, the thing in it,
 * its value, and how to fix it. Hostile input raises this and nothing else.
 */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code: FileErrorCode;
  readonly file: string;

  constructor(code: FileErrorCode, file: string, message: string) {
    super(`${clip(file)}: ${message}`);
    this.code = code;
    this.file = file;
  }
}

/** A value as text for a sentence: at most `limit` characters, control characters replaced. */
export function clip(value: unknown, limit = 80): string {
  const text = typeof value === 'string' ? value : safeJson(value);
  const short = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  // oxlint-disable-next-line no-control-regex -- names in hostile files carry terminal escapes
  return short.replace(/[\u0000-\u001f\u007f-\u009f]/g, '·');
}

function safeJson(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value) && value.length > 40) return `${safeJson(value.slice(0, 40))}…`;
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

/** Most dimensions that a tensor may have; NumPy's own limit was 32 for twenty years. */
export const MAX_RANK = 32;

/**
 * The number of elements of a shape, or undefined when it is not a list of at most {@link MAX_RANK}
 * non-negative integers, or when the product of its non-zero sizes is 2^53 or more: past that a
 * double no longer counts exactly, and a wrapped product is how lying headers pass size checks.
 */
export function elementCount(shape: unknown): number | undefined {
  if (!Array.isArray(shape) || shape.length > MAX_RANK) return undefined;
  let product = 1;
  let empty = false;
  for (const size of shape as unknown[]) {
    if (!isSize(size)) return undefined;
    if (size === 0) empty = true;
    else product *= size;
    if (product > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return empty ? 0 : product;
}

/** True for an integer from 0 to 2^53 - 1 (and not for -0, which only a forged header holds). */
export function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && !Object.is(value, -0) && (value as number) >= 0;
}
