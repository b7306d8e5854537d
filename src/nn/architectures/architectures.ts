import { parseNetDescription } from '../../files/net-description.ts';
import type { NetDescription } from '../../files/net-description-types.ts';
import type { ArchitectureSettings, LayerDraft } from './drafts.ts';
import { LENET_LEAST_SIDE, leNet5, smallCnn, vgg11 } from './plain-nets.ts';
import { regNetX200, resNet18, seNet18 } from './residual-nets.ts';

export type { ArchitectureSettings } from './drafts.ts';

/** One architecture: how it is called, what it is, and its layers. */
export interface Architecture {
  readonly title: string;
  /** One sentence for the person who chooses. */
  readonly summary: string;
  /** Smallest height and width of an image, in pixels. */
  readonly leastSide: number;
  readonly layers: (settings: ArchitectureSettings) => readonly LayerDraft[];
}

export type ArchitectureName =
  'small-cnn' | 'lenet-5' | 'vgg-11' | 'resnet-18' | 'senet-18' | 'regnetx-200mf';

/** Every net that the lab builds, in the order in which they are offered. */
export const ARCHITECTURES: Readonly<Record<ArchitectureName, Architecture>> = {
  'small-cnn': {
    title: 'Small CNN',
    summary: 'Three 3×3 convolutions with BatchNorm, 16, 32 and 64 channels; trains in a minute.',
    leastSide: 1,
    layers: smallCnn,
  },
  'lenet-5': {
    title: 'LeNet-5',
    summary: 'Two 5×5 convolutions and three dense layers, with ReLU and max pooling.',
    leastSide: LENET_LEAST_SIDE,
    layers: leNet5,
  },
  'vgg-11': {
    title: 'VGG-11',
    summary: 'Eight 3×3 convolutions with BatchNorm, pooled five times.',
    leastSide: 1,
    layers: vgg11,
  },
  'resnet-18': {
    title: 'ResNet-18',
    summary: 'Eight residual blocks of two 3×3 convolutions.',
    leastSide: 1,
    layers: resNet18,
  },
  'senet-18': {
    title: 'SENet-18',
    summary: 'Eight pre-activation residual blocks, each channel gated by squeeze and excitation.',
    leastSide: 1,
    layers: seNet18,
  },
  'regnetx-200mf': {
    title: 'RegNetX-200MF',
    summary: 'Thirteen residual bottlenecks with grouped 3×3 convolutions.',
    leastSide: 1,
    layers: regNetX200,
  },
};

/** Whether a text, which may come from a file or a link, names an architecture. */
export function isArchitectureName(name: string): name is ArchitectureName {
  return Object.hasOwn(ARCHITECTURES, name);
}

const MAX_WIDTH = 4;
const MAX_CLASSES = 10_000;
const MAX_SIDE = 4096;

function need(holds: boolean, field: string, value: unknown, must: string): void {
  if (!holds) throw new RangeError(`${field} is ${String(value)}, but it must be ${must}.`);
}

const isWhole = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

function checkSettings({ title, leastSide }: Architecture, settings: ArchitectureSettings): void {
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
  const chosen = ARCHITECTURES[name];
  checkSettings(chosen, settings);
  const { width, classes, input } = settings;
  const title =
    width === 1 ? chosen.title : `${chosen.title}, width ${Number(width.toPrecision(3))}`;
  const layers = chosen.layers(settings);
  return parseNetDescription(
    JSON.stringify({ name: title, input: { shape: input }, classes, layers }),
    title,
  );
}
