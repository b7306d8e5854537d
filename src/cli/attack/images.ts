import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { subset, type ImageSet } from '../../data/dataset.ts';
import { readImageTensors } from '../../data/image-tensors.ts';
import { readImageFiles } from '../../data/read-image-files.ts';
import { makeShapes } from '../../data/shapes.ts';
import type { EvaluationSet } from '../../attack/evaluation-set.ts';
import type { InputFile } from '../../files/tensors.ts';
import { IMAGE_FIELDS, MOST_IMAGES, type AttackPlan } from '../../model/attack/plan.ts';
import { checkExperiment } from '../../model/train/experiment.ts';
import { choice, UsageError, wholeNumber, type Arguments } from '../command.ts';
import type { ImageRange } from './plan.ts';
import { jsonOf, readInput } from '../read-file.ts';
import { RUN_FILES } from '../train/run-folder.ts';
import { imagesOf } from '../train/images.ts';

type PlanImages = AttackPlan['images'];
type Source = PlanImages['source'];

/** Where images come from: all of a part, or images that are made when they are asked for. */
interface Images {
  readonly source: Source;
  readonly own: string;
  readonly seed: number;
  readonly set: ImageSet | null;
}

/** The images of an evaluation. */
export interface AttackImages {
  readonly images: PlanImages;
  readonly set: EvaluationSet;
  /** [h, w, c] of one. */
  readonly shape: readonly [number, number, number];
  readonly fingerprint: string;
  /** Names of the classes. */
  readonly classes: readonly string[];
}

/** What the command line and a plan say of the images. */
export interface AttackImagesRequest {
  readonly args: Arguments;
  readonly range: ImageRange | null;
  /** Of the plan: what holds where nothing is said. */
  readonly base: PlanImages;
  /** Whether the plan was given, with its count of images. */
  readonly planned: boolean;
  /** The folder of the net's run. */
  readonly folder: string | null;
}

const isSafetensors = ({ bytes }: InputFile): boolean =>
  bytes[8] === 0x7b && bytes[5] === 0 && bytes[6] === 0 && bytes[7] === 0;

const shapes = (seed: number): Images => ({ source: 'shapes', own: '', seed, set: null });

function partOf(
  parts: { readonly train?: ImageSet | undefined; readonly test?: ImageSet | undefined },
  part: PlanImages['part'],
): ImageSet {
  const found = parts[part];
  if (found !== undefined) return found;
  const other = part === 'test' ? 'train' : 'test';
  throw new UsageError(
    `--data: there are no ${part === 'test' ? 'test' : 'training'} images in these files; give ` +
      `them too, or --part ${other}.`,
  );
}

async function fromFiles(paths: readonly string[], base: PlanImages): Promise<Images> {
  const files = await Promise.all(paths.map(readInput));
  const [first] = files;
  if (files.length === 1 && isSafetensors(first!)) {
    return { source: 'own', own: first!.name, seed: base.seed, set: readImageTensors(first!) };
  }
  const read = readImageFiles(files);
  const choices = Object.entries(IMAGE_FIELDS.source.choices) as [Source, string][];
  const [source = 'own'] = choices.find(([, name]) => name === read.name) ?? [];
  return {
    source,
    own: source === 'own' ? read.name : '',
    seed: base.seed,
    set: partOf(read, base.part),
  };
}

/** The images that a run was tested on. */
async function fromRun(folder: string, { part }: PlanImages): Promise<Images> {
  const record = jsonOf(await readInput(join(folder, RUN_FILES.record))) as {
    experiment?: unknown;
  };
  const experiment = checkExperiment(record.experiment);
  const { source, seed } = experiment.data;
  if (source === 'shapes') return shapes(seed);
  const note = jsonOf(await readInput(join(folder, 'start.json'))) as { data?: unknown };
  const paths = Array.isArray(note.data) ? note.data.map(String) : [];
  return { source, own: '', seed, set: (await imagesOf(experiment, paths))[part] };
}

async function imagesFor({ args, base, planned, folder }: AttackImagesRequest): Promise<Images> {
  const data = args.options['data'];
  if (data === 'shapes') {
    return shapes(
      wholeNumber(args, 'data-seed', { min: 0, max: Number.MAX_SAFE_INTEGER, fallback: base.seed }),
    );
  }
  if (args.options['data-seed'] !== undefined)
    throw new UsageError('--data-seed: it is the seed of generated images; give --data shapes.');
  if (data !== undefined) return fromFiles(data.split(','), base);
  if (planned && base.source === 'shapes') return shapes(base.seed);
  if (folder !== null) return fromRun(folder, base);
  throw new UsageError(
    '--data is missing: give shapes, official files (A,B), or a safetensors file with images_u8 ' +
      'and labels.',
  );
}

function rangeOf(
  { range, base, planned }: AttackImagesRequest,
  total: number,
): { from: number; count: number } {
  const wanted = { from: base.from, count: base.count };
  if (range !== null) [wanted.from, wanted.count] = [range.from, range.to - range.from];
  else if (!planned) wanted.count = Math.min(base.count, total);
  const { from, count } = wanted;
  if (count > MOST_IMAGES)
    throw new UsageError(`--images: ${count} are more than ${MOST_IMAGES}, the most of one time.`);
  if (from + count <= total) return wanted;
  throw new UsageError(
    `--images ${from}:${from + count}: there are ${total} images, numbered from 0.`,
  );
}

function fingerprintOf(set: ImageSet, { source, seed, part }: PlanImages): string {
  if (source === 'shapes') return `shapes, seed ${seed}, ${part} images`;
  const hash = createHash('sha256');
  hash.update(`${set.labels.length} ${set.height} ${set.width} ${set.channels};`);
  hash.update(set.images);
  hash.update(Int32Array.from(set.labels));
  return `sha256 ${hash.digest('hex')}`;
}

/**
 * The images that the command line asks for, as the evaluation takes them.
 *
 * @throws UsageError or FileError naming what cannot be.
 */
export async function attackImages(request: AttackImagesRequest): Promise<AttackImages> {
  const { args } = request;
  const part =
    args.options['part'] === undefined
      ? request.base.part
      : choice<PlanImages['part']>(args, 'part', ['test', 'train']);
  const base = { ...request.base, part };
  const { source, own, seed, set: all } = await imagesFor({ ...request, base });
  const most = IMAGE_FIELDS.from.max + 1;
  const { from, count } = rangeOf(request, all?.labels.length ?? most);
  const indices = Uint32Array.from({ length: count }, (_, n) => from + n);
  const chosen = all ? subset(all, indices) : makeShapes({ seed, count, first: from, part });
  const images: PlanImages = { source, seed, own, part, from, count };
  return {
    images,
    set: {
      images: Float32Array.from(chosen.images, (byte) => byte / 255),
      labels: chosen.labels,
      indices,
    },
    shape: [chosen.height, chosen.width, chosen.channels],
    fingerprint: fingerprintOf(chosen, images),
    classes: chosen.classes,
  };
}
