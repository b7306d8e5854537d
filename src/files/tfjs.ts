import { FloatSink } from './float-sink.ts';
import { parseJson } from './json.ts';
import type { ArraySize, MemoryBudget } from './memory-budget.ts';
import { clip, FileError } from './tensors.ts';
import type { InputFile, NamedTensor, Skipped, WeightFile } from './tensors.ts';
import { asFields, readManifest } from './tfjs-manifest.ts';
import type { Fields, Group, Spec } from './tfjs-manifest.ts';

/**
 * Longest model.json that is read. A large graph model's topology takes about a megabyte, and the
 * worst JSON of this size is parsed in well under a second.
 */
export const MAX_MODEL_JSON = 4_194_304;

/**
 * Reads a TensorFlow.js model: model.json and its weight shards, matched by file name (the last
 * part of each path in the manifest). Layers models and graph models have the same manifest.
 * float32, and uint8, uint16 and float16 quantization of it, are decoded as the converter defines
 * them; uint8 becomes four times its size, so it is read only beside enough other bytes (see
 * {@link MemoryBudget}). In safetensors' words a quantized tensor is listed with dtype F32, what it stands for.
 * @throws FileError
 */
export function readTfjs(
  model: InputFile,
  shards: readonly InputFile[],
  budget: MemoryBudget,
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
  groups.forEach((group, k) => checkGroup(group, used[k]!, model.name));
  const decoded = groups.flatMap(({ specs }) => specs).filter(isDecoded);
  budget.reserve(decoded.map(sizeOf), { file: model.name, wayOut: WAY_OUT });
  const tensors: NamedTensor[] = [];
  const skipped: Skipped[] = [];
  groups.forEach((group, k) =>
    readGroup(group, used[k]!, { model: model.name, budget, tensors, skipped }),
  );
  const unused = shards.filter((shard) => !used.some((list) => list.includes(shard)));
  for (const { name } of unused)
    skipped.push({ name, reason: 'The manifest of model.json does not name this file.' });
  return { format: 'tfjs', tensors, skipped, metadata: readMetadata(json) };
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
  readonly budget: MemoryBudget;
  readonly tensors: NamedTensor[];
  readonly skipped: Skipped[];
}

const WAY_OUT =
  'convert the model again without --quantize_uint8 (--quantize_uint16 and --quantize_float16 fit)';

function isDecoded({ encoding }: Spec): boolean {
  return typeof encoding !== 'string';
}

/** Whatever is decoded becomes float32. */
function sizeOf({ count }: Spec): ArraySize {
  return { kind: 'F32', count };
}

function checkGroup(group: Group, shards: readonly InputFile[], model: string): void {
  const needed = group.specs.reduce((sum, { bytes }) => sum + bytes, 0);
  const present = shards.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (needed !== present) {
    const code = present < needed ? 'truncated' : 'bad-layout';
    throw new FileError(
      code,
      model,
      `its manifest describes ${needed} bytes of weights for ` +
        `${clip(group.paths.join(', '), 200)}, but ${present < needed ? 'only ' : ''}${present} ` +
        'were given; copy or convert the shards again.',
    );
  }
}

function readGroup(group: Group, shards: readonly InputFile[], reading: Reading): void {
  let at = 0;
  for (const spec of group.specs) {
    readWeight(spec, pieces(shards, at, at + spec.bytes), reading);
    at += spec.bytes;
  }
}

function readWeight(spec: Spec, stored: readonly Uint8Array[], reading: Reading): void {
  const { name, shape, encoding } = spec;
  if (typeof encoding === 'string') {
    reading.skipped.push({ name, reason: encoding });
    return;
  }
  const data = reading.budget.floats(sizeOf(spec), reading.model);
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
