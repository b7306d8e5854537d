import { parseNetDescription } from '../../files/net-description.ts';
import type { NetDescription } from '../../files/net-description-types.ts';
import { ARCHITECTURE_LABELS, type ArchitectureName } from '../../model/net/net-choice.ts';
import type { ArchitectureSettings, LayerDraft } from './drafts.ts';
import { LENET_LEAST_SIDE, leNet5, SMALL_LEAST_SIDE, smallCnn, vgg11 } from './plain-nets.ts';
import { regNetX200, resNet18, seNet18 } from './residual-nets.ts';

export type { ArchitectureSettings } from './drafts.ts';

/** One architecture's layers (its words are in `model/net/net-choice.ts`). */
interface Architecture {
  /** Smallest height and width of an image, in pixels. */
  readonly leastSide: number;
  readonly layers: (settings: ArchitectureSettings) => readonly LayerDraft[];
}

/** The layers of every net that the lab builds. */
export const ARCHITECTURES: Readonly<Record<ArchitectureName, Architecture>> = {
  'small-cnn': {
    leastSide: SMALL_LEAST_SIDE,
    layers: smallCnn,
  },
  'lenet-5': {
    leastSide: LENET_LEAST_SIDE,
    layers: leNet5,
  },
  'vgg-11': {
    leastSide: 1,
    layers: vgg11,
  },
  'resnet-18': {
    leastSide: 1,
    layers: resNet18,
  },
  'senet-18': {
    leastSide: 1,
    layers: seNet18,
  },
  'regnetx-200mf': {
    leastSide: 1,
    layers: regNetX200,
  },
};

const MAX_WIDTH = 4;
const MAX_CLASSES = 10_000;
const MAX_SIDE = 4096;

function need(holds: boolean, field: string, value: unknown, must: string): void {
  if (!holds) throw new RangeError(`${field} is ${String(value)}, but it must be ${must}.`);
}

const isWhole = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

function checkSettings(name: ArchitectureName, settings: ArchitectureSettings): void {
  const { leastSide } = ARCHITECTURES[name];
  const { title } = ARCHITECTURE_LABELS[name];
  const { width, classes } = settings;
  // Settings may come from a file: the list can be of any length.
  const input: readonly number[] = settings.input;
  need(width > 0 && width <= MAX_WIDTH, 'width', width, `a number above 0, up to ${MAX_WIDTH}`);
  const range = `a whole number from 1 to ${MAX_CLASSES}`;
  need(isWhole(classes, 1, MAX_CLASSES), 'classes', classes, range);
  const fits = input.every((n, at) => isWhole(n, at === 0 ? 1 : leastSide, MAX_SIDE));
  need(
    fits && input.length === 3,
    'input',
    `[${input.join(', ')}]`,
    `[channels, height, width], whole numbers up to ${MAX_SIDE}, with height and width of at ` +
      `least ${leastSide} for ${title}`,
  );
}

/**
 * The description of a net: data that can be trained, inspected, edited and written to a file.
 * Tensors are named as the usual PyTorch code for CIFAR names them; layers are in the order in which
 * it registers them.
 *
 * @throws RangeError naming the setting that cannot be.
 */
export function architecture(
  name: ArchitectureName,
  settings: ArchitectureSettings,
): NetDescription {
  checkSettings(name, settings);
  const { width, classes, input } = settings;
  const words = ARCHITECTURE_LABELS[name];
  const title = width === 1 ? words.title : `${words.title}, width ${Number(width.toPrecision(3))}`;
  const layers = ARCHITECTURES[name].layers(settings);
  return parseNetDescription(
    JSON.stringify({ name: title, input: { shape: input }, classes, layers }),
    title,
  );
}
