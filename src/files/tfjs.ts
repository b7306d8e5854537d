import { ELEMENT_BYTES, FloatSink } from './float-sink.ts';
import type { Encoding } from './float-sink.ts';
import { parseJson } from './json.ts';
import type { Ledger } from './ledger.ts';
import { clip, elementCount, FileError, MAX_RANK } from './tensors.ts';
import type { InputFile, NamedTensor, Skipped, WeightFile } from './tensors.ts';

/**
 * Longest model.json that is read. A large graph model's topology takes about a megabyte, and the
 * worst JSON of this size is parsed in well under a second.
 */
export const MAX_MODEL_JSON = 4_194_304;

/** Bytes of one element of the dtypes of a weights manifest; strings have no fixed size. */
const DTYPE_BYTES: ReadonlyMap<string, number> = new Map([
  ['float32', 4],
  ['int32', 4],
  ['bool', 1],
  ['uint8', 1],
  ['complex64', 8],
  ['float16', 2],
]);

/** The manifest's float types that are stored as themselves. */
const PLAIN: ReadonlyMap<string, Encoding> = new Map([
  ['float32', { kind: 'F32', bigEndian: false }],
  ['float16', { kind: 'F16', bigEndian: false }],
]);

interface Spec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly count: number;
  readonly bytes: number;
  /** How to decode it, or the sentence that says why it is not decoded. */
  readonly encoding: Encoding | string;
}

interface Group {
  readonly paths: readonly string[];
  readonly specs: readonly Spec[];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a TensorFlow.js model: model.json and its weight shards, matched by file name (the last
 * part of each path in the manifest). Layers models and graph models have the same manifest.
 * float32, and uint8, uint16 and float16 quantization of it, are decoded as the converter defines
 * them; in safetensors' words a quantized tensor is listed with dtype F32, what it stands for.
 * @throws FileError
 */
export function readTfjs(
  model: InputFile,
  shards: readonly InputFile[],
  ledger: Ledger,
): WeightFile {
  if (model.bytes.length > MAX_MODEL_JSON) {
    throw new FileError(
      'too-big',
      model.name,
      `it has ${model.bytes.length} bytes, over the cap of ${MAX_MODEL_JSON} for a model.json; ` +
        'check that it is one.',
    );
  }
  const json = asFields(parseJson(model.bytes, model.name, 'the model'), model.name, 'the model');
  const groups = readManifest(json['weightsManifest'], model.name);
  const used = findShards(groups, shards, model.name);
  ledger.allow(model.bytes.length);
  const tensors: NamedTensor[] = [];
  const skipped: Skipped[] = [];
  groups.forEach((group, k) =>
    readGroup(group, used[k]!, { model: model.name, ledger, tensors, skipped }),
  );
  const unused = shards.filter((shard) => !used.some((list) => list.includes(shard)));
  for (const { name } of unused)
    skipped.push({ name, reason: 'The manifest of model.json does not name this file.' });
  return { format: 'tfjs', tensors, skipped, metadata: readMetadata(json) };
}

function asFields(value: unknown, file: string, what: string): Fields {
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

function readManifest(value: unknown, file: string): Group[] {
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
  const notWeights = `Its values are ${dtype}; only float32 (also quantized) and float16 are weights here.`;
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

/** The dropped files of each group, in the order of its paths; every path exactly once. */
function findShards(
  groups: readonly Group[],
  shards: readonly InputFile[],
  model: string,
): InputFile[][] {
  const byName = new Map<string, InputFile>();
  for (const shard of shards) {
    const name = baseName(shard.name);
    if (byName.has(name))
      throw new FileError(
        'duplicate',
        shard.name,
        'two files of this name were given; give each shard once.',
      );
    byName.set(name, shard);
  }
  const paths = groups.flatMap((group) => group.paths.map(baseName));
  const twice = firstRepeated(paths);
  if (twice !== undefined)
    throw new FileError(
      'bad-layout',
      model,
      `its manifest names the shard "${clip(twice)}" twice, so weights would overlap; convert ` +
        'the model again.',
    );
  const missing = paths.filter((path) => !byName.has(path));
  if (missing.length > 0) {
    throw new FileError(
      'missing-file',
      model,
      `it needs the shard${missing.length > 1 ? 's' : ''} ${clip(missing.join(', '), 300)}; ` +
        'drop model.json and all its shards together.',
    );
  }
  return groups.map((group) => group.paths.map((path) => byName.get(baseName(path))!));
}

function firstRepeated(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

interface Reading {
  readonly model: string;
  readonly ledger: Ledger;
  readonly tensors: NamedTensor[];
  readonly skipped: Skipped[];
}

function readGroup(group: Group, shards: readonly InputFile[], reading: Reading): void {
  const needed = group.specs.reduce((sum, { bytes }) => sum + bytes, 0);
  const present = shards.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (needed !== present) {
    const code = present < needed ? 'truncated' : 'bad-layout';
    throw new FileError(
      code,
      reading.model,
      `its manifest describes ${needed} bytes of weights for ` +
        `${clip(group.paths.join(', '), 200)}, but ${present < needed ? 'only ' : ''}${present} ` +
        'were given; copy or convert the shards again.',
    );
  }
  let at = 0;
  for (const spec of group.specs) {
    readWeight(spec, pieces(shards, at, at + spec.bytes), reading);
    at += spec.bytes;
  }
}

function readWeight(spec: Spec, stored: readonly Uint8Array[], reading: Reading): void {
  const { name, shape, count, bytes, encoding } = spec;
  if (typeof encoding === 'string') {
    reading.skipped.push({ name, reason: encoding });
    return;
  }
  reading.ledger.allow(encoding.kind === 'U8' ? 2 * bytes : bytes);
  const data = reading.ledger.floats('F32', count, reading.model);
  const sink = new FloatSink(data, encoding);
  for (const piece of stored) sink.push(piece);
  reading.tensors.push({ name, shape, data, dtype: encoding.kind === 'F16' ? 'F16' : 'F32' });
}

/** Views of bytes begin…end of the shards laid end to end. */
function pieces(shards: readonly InputFile[], begin: number, end: number): Uint8Array[] {
  let start = 0;
  const found: Uint8Array[] = [];
  for (const { bytes } of shards) {
    const piece = bytes.subarray(Math.max(0, begin - start), Math.max(0, end - start));
    if (piece.length > 0) found.push(piece);
    start += bytes.length;
  }
  return found;
}

function readMetadata(json: Fields): Record<string, string> {
  const noted = ['format', 'generatedBy', 'convertedBy']
    .filter((key) => typeof json[key] === 'string')
    .map((key) => [key, json[key] as string]);
  return Object.fromEntries(noted) as Record<string, string>;
}
