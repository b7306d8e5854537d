import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { layersFromDescription, layersFromShapes } from '../../files/net-layers.ts';
import { parseNetDescription } from '../../files/net-description.ts';
import { readWeights } from '../../files/read-weights.ts';
import type { InputFile } from '../../files/tensors.ts';
import { parseLayerJson } from '../../model/layer/layer-json.ts';
import { operatorOf } from '../../model/layer/operator.ts';
import {
  choice,
  UsageError,
  wholeNumber,
  type Arguments,
  type Command,
  type Output,
} from '../command.ts';
import { geometryCases } from './geometry-cases.ts';
import { netResults, operatorResult, type NormSettings } from './norm-results.ts';
import { jsonOf, looksLikeJson, readInput, textOf } from '../read-file.ts';

interface Job {
  readonly files: readonly string[];
  readonly settings: NormSettings;
  readonly output: Output;
}

type Result = Readonly<Record<string, unknown>>;

function casesResult(document: unknown, file: string, { settings, output }: Job): Result {
  const cases = geometryCases(document, file);
  const results = cases.map(({ id, operator }, index) => {
    output.progress(`${index + 1}/${cases.length} ${id}`);
    return { id, ...operatorResult(operator(), settings) };
  });
  return { kind: 'geometries', results };
}

function layerResult(file: InputFile, { settings }: Job): Result {
  const spec = parseLayerJson(textOf(file));
  return { kind: 'layer', ...operatorResult(operatorOf(spec), settings) };
}

/** The only field of a net description that refers to files. */
const namedFiles = v.object({ files: v.optional(v.record(v.string(), v.string()), {}) });

/** The weights given on the command line, or those named by the description. */
async function weightsFor(document: unknown, job: Job): Promise<InputFile[]> {
  const [path = '', ...given] = job.files;
  if (given.length > 0) return Promise.all(given.map(readInput));
  const named = v.safeParse(namedFiles, document);
  const [first] = named.success ? Object.values(named.output.files) : [];
  if (first === undefined) {
    throw new UsageError(
      `${path}: it names no weights; give their file: lab norms ${path} WEIGHTS`,
    );
  }
  // A description may only name files in its own folder.
  return [await readInput(join(dirname(path), basename(first)))];
}

async function describedResult(file: InputFile, document: unknown, job: Job): Promise<Result> {
  const net = parseNetDescription(textOf(file), file.name);
  const weights = await readWeights(await weightsFor(document, job));
  return { kind: 'net', described: true, ...netResults(layersFromDescription(net, weights), job) };
}

async function weightsResult(files: readonly InputFile[], job: Job): Promise<Result> {
  const weights = await readWeights(files);
  const layers = layersFromShapes(weights);
  if (layers.length === 0) {
    throw new UsageError(
      `${job.files.join(', ')}: no tensor looks like a conv, dense or BatchNorm layer.`,
    );
  }
  const result = netResults(layers, job);
  return { kind: 'net', described: false, skipped: weights.skipped, ...result };
}

/** Distinguishes the kinds of JSON by a field that is unique to each. */
async function jsonResult(file: InputFile, job: Job): Promise<Result> {
  const document = jsonOf(file);
  const has = (field: string): boolean =>
    typeof document === 'object' && document !== null && Object.hasOwn(document, field);
  if (has('weightsManifest'))
    return weightsResult(await Promise.all(job.files.map(readInput)), job);
  if (job.files.length > 1 && !has('layers'))
    throw new UsageError('give a single file of this kind.');
  if (has('cases')) return casesResult(document, file.name, job);
  if (has('layers')) return describedResult(file, document, job);
  if (has('format')) return layerResult(file, job);
  throw new UsageError(
    `${file.name}: neither geometries ("cases"), a layer ("format": "norm-lab/layer"), a net ` +
      'description ("layers") nor a tfjs model ("weightsManifest").',
  );
}

async function run(args: Arguments, output: Output): Promise<void> {
  const [path] = args.files;
  if (path === undefined) throw new UsageError('give a file; see --help for the supported kinds.');
  const settings: NormSettings = {
    effort: choice(args, 'effort', ['full', 'quick', 'none']),
    seed: wholeNumber(args, 'seed', { min: 0, max: Number.MAX_SAFE_INTEGER, fallback: 0 }),
  };
  const job: Job = { files: args.files, settings, output };
  const file = await readInput(path);
  const result = looksLikeJson(file)
    ? await jsonResult(file, job)
    : await weightsResult(await Promise.all(args.files.map(readInput)), job);
  output.data(JSON.stringify({ format: 'norm-lab/norms', version: 1, ...settings, ...result }));
}

/** `lab norms FILE`. */
export const norms: Command = {
  summary: 'exact ℓ1 and ℓ∞ norms, a certified ℓ2 interval, the paper’s formulas',
  options: ['effort', 'seed'],
  run,
  help: `lab norms FILE [FILE …] [--effort full|quick|none] [--seed N]

  FILE is one of
    geometries   {"weight_scale": …, "cases": [{"id", "in_shape", "out_channels", "kernel", "stride",
                 "padding", "dilation", "groups", "weight_q"}, …]}: one result for each case, in order
    a layer      the JSON saved by the Layer panel
    a net        a net description, with its weights named in it or given as the next file
    weights      safetensors, npz, npy, or a tfjs model.json followed by its shards; geometry that the
                 file does not state is guessed (stride 1, 'same' padding, 32x32 input) and listed

  Each result holds l1, linf (exact), l2: {lower, upper} (certified), formula1, formula2, formula3
  (the paper's, whether or not they hold), assumption1 (as printed), out_shape, and where the norms
  are attained. A layer whose norms cannot be computed has "error" instead.

  --effort     work on the ℓ2 interval: full (default: until it is tight), quick (about a second per
               layer), none (no ℓ2)
  --seed N     seed of the Lanczos start vectors (default: 0)

  Examples
    npm run --silent lab -- norms weights.safetensors
    npm run --silent lab -- norms arch.json weights.npz --effort quick > norms.json`,
};
