import { batchNorm, channelsAt, conv, dense, FLATTEN, MAX_POOL, RELU } from './drafts.ts';
import type { ArchitectureSettings, LayerDraft } from './drafts.ts';

const SMALL = [16, 32, 64];

/** Smallest side of the small CNN's images: all three poolings must find something. */
export const SMALL_LEAST_SIDE = 8;

/**
 * The small CNN: 3x3 convolutions to 16, 32 and 64 channels, each with BatchNorm (so no bias), ReLU
 * and 2x2 max pooling; then a dense layer.
 */
export function smallCnn({ width, classes, input }: ArchitectureSettings): LayerDraft[] {
  const widths = SMALL.map((base) => channelsAt(base, width));
  const layers = widths.flatMap((to, at) => {
    const from = widths[at - 1] ?? input[0];
    const name = `conv${at + 1}`;
    return [conv({ name, from, to, kernel: 3 }), batchNorm(`bn${at + 1}`, to), RELU, MAX_POOL];
  });
  const [, height, breadth] = input;
  const features = widths.at(-1)! * Math.floor(height / 8) * Math.floor(breadth / 8);
  return [...layers, FLATTEN, dense('fc', features, classes)];
}

/** Smallest side of LeNet-5's images: both poolings must find something. */
export const LENET_LEAST_SIDE = 12;

/**
 * LeNet-5 as it is trained today (ReLU, max pooling): 5x5 convolutions to 6 and 16 channels, each
 * pooled by 2, then dense layers of 120, 84 and the classes. Images under 32x32, such as MNIST's of
 * 28x28, get two zeros on every side of the first convolution, as LeCun padded them to 32x32.
 *
 * @see LeCun et al. 1998, "Gradient-based learning applied to document recognition".
 */
export function leNet5({ width, classes, input }: ArchitectureSettings): LayerDraft[] {
  const [channels, ...size] = input;
  const [c1, c2, f1, f2] = [6, 16, 120, 84].map((base) => channelsAt(base, width)) as [
    number,
    number,
    number,
    number,
  ];
  const padding = Math.min(...size) < 32 ? 2 : 0;
  const side = (n: number): number => Math.floor((Math.floor((n + 2 * padding - 4) / 2) - 4) / 2);
  const features = c2 * side(size[0]) * side(size[1]);
  return [
    conv({ name: 'conv1', from: channels, to: c1, kernel: 5, padding, bias: true }),
    RELU,
    MAX_POOL,
    conv({ name: 'conv2', from: c1, to: c2, kernel: 5, padding: 0, bias: true }),
    RELU,
    MAX_POOL,
    FLATTEN,
    dense('fc1', features, f1),
    RELU,
    dense('fc2', f1, f2),
    RELU,
    dense('fc3', f2, classes),
  ];
}

/** Channels of VGG-11's convolutions, and after which a 2x2 max pooling follows. */
const VGG = [
  { base: 64, pooled: true },
  { base: 128, pooled: true },
  { base: 256, pooled: false },
  { base: 256, pooled: true },
  { base: 512, pooled: false },
  { base: 512, pooled: true },
  { base: 512, pooled: false },
  { base: 512, pooled: true },
];

/**
 * VGG-11 with BatchNorm: 3x3 convolutions with bias, each with BatchNorm and ReLU, five 2x2 max
 * poolings, and one dense layer. A pooling is left out where images smaller than 32x32 are one row
 * or column already; larger ones leave more pixels to the dense layer.
 *
 * @see Liang & Huang AAAI 2021 (VGG-11 of the experiments); Simonyan & Zisserman 2015.
 */
export function vgg11({ width, classes, input }: ArchitectureSettings): LayerDraft[] {
  let [from, ...size] = input;
  const layers = VGG.flatMap(({ base, pooled }, at) => {
    const [n, to, pools] = [at + 1, channelsAt(base, width), pooled && Math.min(...size) > 1];
    const block = [
      conv({ name: `conv${n}`, from, to, kernel: 3, bias: true }),
      batchNorm(`bn${n}`, to),
      RELU,
    ];
    from = to;
    if (pools) size = [Math.floor(size[0] / 2), Math.floor(size[1] / 2)];
    return pools ? [...block, MAX_POOL] : block;
  });
  return [...layers, FLATTEN, dense('fc', from * size[0] * size[1], classes)];
}
