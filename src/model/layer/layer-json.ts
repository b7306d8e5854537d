import * as v from 'valibot';
import { checkGeometry, MAX_SIDE, MAX_WEIGHTS } from '../../math/geometry.ts';
import { documentError, headSchemas, parseJson } from '../../kit/document/document.ts';
import { DocumentError } from '../../kit/document/error.ts';
import { base64OfBytes, bytesOfBase64 } from '../base64.ts';
import {
  bytesOfFloats,
  FLOAT_BYTES,
  floatsOfBytes,
  floatType,
  makeFloats,
  type Floats,
  type FloatType,
} from '../floats.ts';
import {
  resolveLayer,
  type KernelSource,
  type LayerSpec,
  type PatternSource,
  type RandomSource,
} from './layer.ts';

const LAYER_FORMAT = 'norm-lab/layer';
const LAYER_VERSION = 1;
/** Maximum text length: base64 of the largest kernel in float64, with a margin. */
const MAX_LAYER_TEXT = Math.ceil((MAX_WEIGHTS * 8 * 4) / 3) + 2 ** 16;
/** Up to this count weights are written as editable numbers. */
const READABLE_WEIGHTS = 20_000;

/** An invalid layer: the error and its path. */
export class LayerJsonError extends DocumentError {
  override readonly name = 'LayerJsonError';
}

const whole = (least: number, most: number): v.GenericSchema<number> => {
  const message = `give a whole number from ${least} to ${most.toLocaleString('en')}.`;
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(least, message),
    v.maxValue(most, message),
  );
};

const size = whole(1, MAX_SIDE);
const distance = whole(0, MAX_SIDE);
const seed = whole(0, Number.MAX_SAFE_INTEGER);
const name = v.optional(v.pipe(v.string(), v.maxLength(200, 'at most 200 characters.')), 'a file');

const RANDOM: readonly RandomSource[] = ['he', 'pytorch', 'gaussian'];
const PATTERNS: readonly PatternSource[] = ['identity', 'blur', 'sobel', 'laplacian', 'sine'];
const NUMBERS = ['float32', 'float64'] as const;

const kernelSchema = v.variant('from', [
  v.strictObject({ from: v.picklist(RANDOM), seed }),
  v.strictObject({ from: v.picklist(PATTERNS) }),
  v.strictObject({
    from: v.literal('values'),
    name,
    dtype: v.picklist(NUMBERS),
    // The numbers are checked one by one later, without a path object for each of them.
    values: v.array(v.unknown()),
  }),
  v.strictObject({
    from: v.literal('base64'),
    name,
    dtype: v.picklist(NUMBERS),
    data: v.string(),
  }),
]);

type KernelJson = v.InferOutput<typeof kernelSchema>;

const MESSAGES = ['valid', 'same-tensorflow', 'same-pytorch'] as const;
const paddingMessage = `give [top, bottom, left, right], or one of ${MESSAGES.join(', ')}.`;

const layerSchema = v.strictObject({
  ...headSchemas(LAYER_FORMAT, LAYER_VERSION),
  type: v.picklist(['conv', 'transposed-conv', 'dense']),
  inputChannels: size,
  outputChannels: size,
  inputSize: v.optional(v.strictTuple([size, size]), [1, 1]),
  kernelSize: v.optional(v.strictTuple([size, size]), [1, 1]),
  stride: v.optional(v.strictTuple([size, size]), [1, 1]),
  dilation: v.optional(v.strictTuple([size, size]), [1, 1]),
  padding: v.optional(
    v.union(
      [v.picklist(MESSAGES), v.strictTuple([distance, distance, distance, distance])],
      paddingMessage,
    ),
    'valid',
  ),
  paddingMode: v.optional(v.picklist(['zeros', 'circular', 'reflect', 'replicate']), 'zeros'),
  groups: v.optional(size, 1),
  outputPadding: v.optional(v.strictTuple([distance, distance]), [0, 0]),
  kernel: kernelSchema,
});

type LayerJson = v.InferOutput<typeof layerSchema>;

/** Number of weights of the geometry: d_out · d_in/groups · k1 · k2. */
function weightsNeeded(spec: LayerSpec): number {
  return checkGeometry(resolveLayer(spec).geometry).weights;
}

function checkCount(count: number, needed: number, path: string): void {
  if (count === needed) return;
  throw new LayerJsonError(path, `holds ${count} numbers, but this geometry needs ${needed}.`);
}

function readNumbers(values: readonly unknown[], out: Floats): void {
  values.forEach((value, index) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new LayerJsonError(`kernel.values.${index}`, 'give a finite number.');
    }
    out[index] = value;
  });
}

function readBase64(data: string, dtype: FloatType, needed: number): Floats {
  const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0;
  // The count is checked by the text's length before anything is allocated.
  checkCount(((data.length / 4) * 3 - padding) / FLOAT_BYTES[dtype], needed, 'kernel.data');
  const bytes = bytesOfBase64(data);
  if (bytes === null) throw new LayerJsonError('kernel.data', 'invalid base64.');
  const values = floatsOfBytes(bytes, dtype);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const reason = `number ${bad} is ${values[bad]}: norms need finite weights.`;
    throw new LayerJsonError('kernel.data', reason);
  }
  return values;
}

function sourceOf(kernel: KernelJson, needed: number): KernelSource {
  switch (kernel.from) {
    case 'values': {
      checkCount(kernel.values.length, needed, 'kernel.values');
      const values = makeFloats(kernel.dtype, needed);
      readNumbers(kernel.values, values);
      return { kind: 'values', values, name: kernel.name };
    }
    case 'base64':
      return {
        kind: 'values',
        values: readBase64(kernel.data, kernel.dtype, needed),
        name: kernel.name,
      };
    default:
      return 'seed' in kernel ? { kind: kernel.from, seed: kernel.seed } : { kind: kernel.from };
  }
}

function specOf(json: LayerJson): LayerSpec {
  const { padding } = json;
  return {
    type: json.type,
    dIn: json.inputChannels,
    dOut: json.outputChannels,
    input: json.inputSize,
    kernel: json.kernelSize,
    stride: json.stride,
    dilation: json.dilation,
    padding: typeof padding === 'string' ? { kind: padding } : { kind: 'explicit', sides: padding },
    paddingMode: json.paddingMode,
    groups: json.groups,
    outputPadding: json.outputPadding,
    source: { kind: 'identity' },
  };
}

/**
 * Reads a layer from parsed JSON. Rejects unknown fields, wrong types and impossible sizes with the
 * field's path.
 *
 * @throws LayerJsonError with the path of the field; GeometryError when the fields are
 * incompatible.
 */
export function layerFromJson(json: unknown): LayerSpec {
  const result = v.safeParse(layerSchema, json, { abortEarly: true });
  if (!result.success) throw documentError(result.issues, LayerJsonError);
  const spec = specOf(result.output);
  return { ...spec, source: sourceOf(result.output.kernel, weightsNeeded(spec)) };
}

/**
 * A layer from a JSON text.
 *
 * @throws LayerJsonError, also when the text is too long or is not JSON; GeometryError.
 */
export function parseLayerJson(text: string): LayerSpec {
  return layerFromJson(parseJson(text, MAX_LAYER_TEXT, LayerJsonError));
}

function kernelJson(source: KernelSource): unknown {
  if (source.kind !== 'values') {
    return 'seed' in source ? { from: source.kind, seed: source.seed } : { from: source.kind };
  }
  const { values, name } = source;
  const common = { name: name.slice(0, 200), dtype: floatType(values) };
  if (values.length <= READABLE_WEIGHTS) return { from: 'values', ...common, values: [...values] };
  return { from: 'base64', ...common, data: base64OfBytes(bytesOfFloats(values)) };
}

/**
 * A layer as a JSON value, every field written out. Up to 20,000 given weights are a list of numbers
 * (OIHW, row-major; a transposed convolution's are IOHW), more are base64 of little-endian floats.
 */
export function layerToJson(spec: LayerSpec): Record<string, unknown> {
  const { padding } = spec;
  return {
    format: LAYER_FORMAT,
    version: LAYER_VERSION,
    type: spec.type,
    inputChannels: spec.dIn,
    outputChannels: spec.dOut,
    inputSize: spec.input,
    kernelSize: spec.kernel,
    stride: spec.stride,
    dilation: spec.dilation,
    padding: padding.kind === 'explicit' ? padding.sides : padding.kind,
    paddingMode: spec.paddingMode,
    groups: spec.groups,
    outputPadding: spec.outputPadding,
    kernel: kernelJson(spec.source),
  };
}

/** A layer as JSON text, lists of sizes on one line. */
export function writeLayerJson(spec: LayerSpec): string {
  const text = JSON.stringify(layerToJson(spec), null, 2);
  return `${text.replace(/\[\s+(-?[\d.e+-]+(?:,\s+-?[\d.e+-]+)*)\s+\]/g, (list) => list.replace(/\s+/g, ' '))}\n`;
}
