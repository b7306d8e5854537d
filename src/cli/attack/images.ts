import { join } from 'node:path';
import { checkFits } from '../../attack/inputs/checks.ts';
import { attackImages, GENERATED_IMAGES, type AttackImages } from '../../attack/inputs/images.ts';
import type { NetSides } from '../../attack/net-target.ts';
import type { ImageSet } from '../../data/dataset.ts';
import { readImageTensors } from '../../data/image-tensors.ts';
import { readImageFiles } from '../../data/read-image-files.ts';
import type { InputFile } from '../../files/tensors.ts';
import {
  AttackPlanError,
  IMAGE_FIELDS,
  MOST_IMAGES,
  type AttackPlan,
} from '../../model/attack/plan.ts';
import { EXPERIMENT } from '../../model/train/experiment.ts';
import { choice, UsageError, wholeNumber, type Arguments } from '../command.ts';
import type { ImageRange } from './plan.ts';
import { jsonOf, readInput } from '../read-file.ts';
import { RUN_FILES } from '../train/run-folder.ts';
import { imagesOf } from '../train/images.ts';

type PlanImages = AttackPlan['images'];
type Source = PlanImages['source'];

/** Source of images: a whole part of a set, or images generated on demand. */
interface Images {
  readonly source: Source;
  readonly own: string;
  readonly seed: number;
  readonly set: ImageSet | null;
}

/** The images of an evaluation, and their names in its plan. */
export interface ChosenImages extends AttackImages {
  readonly images: PlanImages;
}

/** What the command line and a plan specify about the images. */
export interface AttackImagesRequest {
  readonly args: Arguments;
  readonly range: ImageRange | null;
  /** The plan's, used as defaults. */
  readonly base: PlanImages;
  /** Whether a plan was given, and with it the number of images. */
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
      `them as well, or --part ${other}.`,
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

/** The test images of a run. */
async function fromRun(folder: string, { part }: PlanImages): Promise<Images> {
  const record = jsonOf(await readInput(join(folder, RUN_FILES.record))) as {
    experiment?: unknown;
  };
  const experiment = EXPERIMENT.check(record.experiment);
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
    throw new UsageError('--data-seed: only generated images have a seed; use --data shapes.');
  if (data !== undefined) return fromFiles(data.split(','), base);
  if (planned && base.source === 'shapes') return shapes(base.seed);
  if (folder !== null) return fromRun(folder, base);
  throw new UsageError(
    '--data is missing: give shapes, official files (A,B), or a safetensors file with images_u8 ' +
      'and labels.',
  );
}

/** The requested range; a default `count` is limited to the images available. */
function rangeOf(
  { range, base, planned }: AttackImagesRequest,
  total: number,
): { from: number; count: number } {
  if (range !== null) return { from: range.from, count: range.to - range.from };
  return { from: base.from, count: planned ? base.count : Math.min(base.count, total) };
}

/** An error in a field of the plan, named by the option that sets it. */
function asOption(error: unknown, { from, count }: PlanImages): unknown {
  if (!(error instanceof AttackPlanError)) return error;
  const option = error.path === 'images.source' ? '--data' : `--images ${from}:${from + count}`;
  return new UsageError(`${option}: ${error.reason}`);
}

/**
 * Loads the images given on the command line, for the evaluation.
 *
 * @param net The net, whose input size and classes they must match.
 * @throws UsageError or FileError naming what does not match.
 */
export async function chooseImages(
  request: AttackImagesRequest,
  net: NetSides,
): Promise<ChosenImages> {
  const { args } = request;
  const part =
    args.options['part'] === undefined
      ? request.base.part
      : choice<PlanImages['part']>(args, 'part', ['test', 'train']);
  const base = { ...request.base, part };
  const { source, own, seed, set } = await imagesFor({ ...request, base });
  const range = rangeOf(request, set?.labels.length ?? GENERATED_IMAGES);
  const images: PlanImages = { source, seed, own, part, ...range };
  if (range.count > MOST_IMAGES)
    throw new UsageError(
      `--images: ${range.count} images are too many; give at most ${MOST_IMAGES}.`,
    );
  try {
    const chosen = attackImages(images, set);
    checkFits(chosen, net);
    return { ...chosen, images };
  } catch (error) {
    throw asOption(error, images);
  }
}
