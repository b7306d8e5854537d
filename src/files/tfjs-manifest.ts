import { ELEMENT_BYTES } from './float-sink.ts';
import type { Encoding } from './float-sink.ts';
import { clip, elementCount, FileError, MAX_RANK } from './tensors.ts';

/** Bytes of one element of the dtypes of a weights manifest; strings have no fixed size. */
const DTYPE_BYTES: ReadonlyMap<string, number> = new Map([
  ['float32', 4],
  ['int32', 4],
  ['bool', 1],
  ['uint8', 1],
  ['complex64', 8],
  ['float16', 2],
]);

const READ = 'float32 (also quantized) and float16';

/** The manifest's float types that are stored as themselves. */
const PLAIN: ReadonlyMap<string, Encoding> = new Map([
  ['float32', { kind: 'F32', bigEndian: false }],
  ['float16', { kind: 'F16', bigEndian: false }],
]);

/** One weight of a manifest, checked: its shape's product and its stored bytes are exact. */
export interface Spec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly count: number;
  readonly bytes: number;
  /** How to decode it, or the sentence that says why it is not decoded. */
  readonly encoding: Encoding | string;
}

/** Weights whose bytes lie end to end in the shards at `paths`. */
export interface Group {
  readonly paths: readonly string[];
  readonly specs: readonly Spec[];
}

/** A JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** A JSON value as an object. @throws FileError */
export function asFields(value: unknown, file: string, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new FileError(
    'bad-header',
    file,
    `${what} is ${clip(value)}, but it is an object in a model.json; convert the model again.`,
  );
}

function asList(value: unknown, file: string, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new FileError(
    'bad-header',
    file,
    `${what} is ${clip(value)}, but it is a list in a model.json; convert the model again.`,
  );
}

/**
 * The groups of a weights manifest, every name, shape, dtype and quantization checked.
 * @throws FileError
 */
export function readManifest(value: unknown, file: string): Group[] {
  const seen = new Set<string>();
  return asList(value, file, 'weightsManifest').map((item, g) => {
    const at = `weightsManifest[${g}]`;
    const group = asFields(item, file, at);
    const specs = asList(group['weights'], file, `${at}.weights`).map((spec, w) =>
      readSpec(asFields(spec, file, `${at}.weights[${w}]`), file),
    );
    for (const { name } of specs) {
      if (seen.has(name))
        throw new FileError(
          'duplicate',
          file,
          `its manifest names the weight "${clip(name)}" twice; convert the model again.`,
        );
      seen.add(name);
    }
    const paths = asList(group['paths'], file, `${at}.paths`);
    if (!paths.every((path) => typeof path === 'string')) {
      throw new FileError(
        'bad-value',
        file,
        `${at}.paths is ${clip(paths)}, but it lists file names; convert the model again.`,
      );
    }
    return { paths, specs };
  });
}

function readSpec(spec: Fields, file: string): Spec {
  const { name, shape, dtype } = spec as { name: unknown; shape: unknown; dtype: unknown };
  if (typeof name !== 'string' || name === '') {
    throw new FileError(
      'bad-value',
      file,
      `a weight in its manifest has the name ${clip(name)}; convert the model again.`,
    );
  }
  const count = elementCount(shape);
  if (count === undefined) {
    throw new FileError(
      'bad-value',
      file,
      `weight "${clip(name)}" has shape ${clip(shape)}, but a shape is a list of at most ` +
        `${MAX_RANK} whole numbers whose product is under 2^53; convert the model again.`,
    );
  }
  const size = typeof dtype === 'string' ? DTYPE_BYTES.get(dtype) : undefined;
  if (typeof dtype !== 'string' || size === undefined) {
    throw new FileError(
      'bad-value',
      file,
      `weight "${clip(name)}" has dtype ${clip(dtype)}; only ` +
        `${[...DTYPE_BYTES.keys()].join(', ')} have a size that can be checked, so remove it ` +
        'from the model.',
    );
  }
  const encoding = readEncoding(spec, dtype, file);
  const bytes =
    count *
    (typeof encoding === 'string' ? (quantizedSize(spec) ?? size) : ELEMENT_BYTES[encoding.kind]);
  if (!Number.isSafeInteger(bytes)) {
    throw new FileError(
      'bad-value',
      file,
      `weight "${clip(name)}" has shape ${clip(shape)}, which is past 2^53 bytes; convert the ` +
        'model again.',
    );
  }
  return { name, shape: shape as number[], count, bytes, encoding };
}

function quantizedSize(spec: Fields): number | undefined {
  const quantized = (spec['quantization'] as Fields | undefined)?.['dtype'];
  return quantized === 'uint8'
    ? 1
    : quantized === 'uint16' || quantized === 'float16'
      ? 2
      : undefined;
}

/** @see tfjs-core io_utils.ts decodeWeights: value = stored * scale + min */
function readEncoding(spec: Fields, dtype: string, file: string): Encoding | string {
  const plain = PLAIN.get(dtype);
  const notWeights = `Its values are ${dtype}; only ${READ} are weights here.`;
  if (spec['quantization'] === undefined) return plain ?? notWeights;
  const name = clip(spec['name']);
  const quantization = asFields(spec['quantization'], file, `the quantization of "${name}"`);
  const {
    dtype: stored,
    scale,
    min,
  } = quantization as { dtype: unknown; scale: unknown; min: unknown };
  if (stored !== 'uint8' && stored !== 'uint16' && stored !== 'float16') {
    throw new FileError(
      'bad-value',
      file,
      `weight "${name}" is quantized to ${clip(stored)}, but tfjs quantizes to uint8, uint16 ` +
        'or float16; convert it without quantization.',
    );
  }
  if (dtype !== 'float32') return notWeights;
  if (stored === 'float16') return PLAIN.get('float16')!;
  if (
    typeof scale !== 'number' ||
    typeof min !== 'number' ||
    !Number.isFinite(scale) ||
    !Number.isFinite(min)
  ) {
    throw new FileError(
      'bad-value',
      file,
      `weight "${name}" is quantized with scale ${clip(scale)} and min ${clip(min)}, but both ` +
        'are finite numbers; convert it again.',
    );
  }
  return { kind: stored === 'uint8' ? 'U8' : 'U16', scale, min };
}
