import { parseNetDescription } from '../src/files/net-description.ts';
import type { NetDescription } from '../src/files/net-description-types.ts';
import type { NamedTensor } from '../src/files/tensors.ts';
import { fillNormal } from '../src/math/random.ts';
import { architecture } from '../src/nn/architectures/architectures.ts';
import { initialWeights } from '../src/nn/initial-weights.ts';
import type { ArchitectureName } from '../src/model/net/net-choice.ts';

export const SIDE = 32;
export const CLASSES = 10;
/** Small enough that float32 rounding does not grow over the steps: their losses are compared. */
export const LEARNING_RATE = 1e-5;

/** One net with everything that its training steps begin with. */
export interface BenchNet {
  readonly title: string;
  readonly net: NetDescription;
  readonly batch: number;
  /** Whether stock tfjs on its cpu backend takes part; for the other nets it is too slow to wait for. */
  readonly withStock: boolean;
}

/** 3×3 convs with strides 1, 2, 2, mean, dense, without biases: the plainest net. */
function plainCnn(width: number): NetDescription {
  const channels = [3, 16 * width, 32 * width, 64 * width];
  const convs = [1, 2, 2].flatMap((stride, at) => [
    {
      type: 'conv2d',
      name: `conv${at + 1}`,
      in_channels: channels[at],
      out_channels: channels[at + 1],
      kernel: [3, 3],
      stride: [stride, stride],
      padding: [1, 1, 1, 1],
      weight: `conv${at + 1}.weight`,
    },
    { type: 'relu' },
  ]);
  const dense = { in_features: channels[3], out_features: CLASSES, weight: 'fc.weight' };
  const head = [
    { type: 'globalavgpool2d' },
    { type: 'flatten' },
    { type: 'dense', name: 'fc', ...dense },
  ];
  const description = {
    name: 'small CNN',
    input: { shape: [3, SIDE, SIDE] },
    layers: [...convs, ...head],
  };
  return parseNetDescription(JSON.stringify(description));
}

const built = (name: ArchitectureName, width: number): NetDescription =>
  architecture(name, { width, classes: CLASSES, input: [3, SIDE, SIDE] });

/** What is timed. */
export const NETS: readonly BenchNet[] = [
  {
    title: 'small CNN',
    net: plainCnn(1),
    batch: 32,
    withStock: true,
  },
  {
    title: 'small CNN, width 4',
    net: plainCnn(4),
    batch: 32,
    withStock: false,
  },
  {
    title: 'small CNN with BatchNorm',
    net: built('small-cnn', 1),
    batch: 32,
    withStock: false,
  },
  {
    title: 'VGG-11',
    net: built('vgg-11', 1),
    batch: 16,
    withStock: false,
  },
  {
    title: 'VGG-11, width 1/4',
    net: built('vgg-11', 0.25),
    batch: 128,
    withStock: false,
  },
  {
    title: 'ResNet-18, width 1/4',
    net: built('resnet-18', 0.25),
    batch: 32,
    withStock: false,
  },
  {
    title: 'RegNetX-200MF, width 1/4',
    net: built('regnetx-200mf', 0.25),
    batch: 32,
    withStock: false,
  },
];

/** The weights that every engine begins with. */
export const weightsOf = (net: NetDescription): readonly NamedTensor[] =>
  initialWeights(net, 1).tensors;

/** The images [N, H, W, 3] of a batch. */
export const imagesOf = (batch: number): Float32Array =>
  fillNormal({ seed: 2, stream: 0 }, new Float32Array(batch * SIDE * SIDE * 3));

/** The classes of a batch. */
export const labelsOf = (batch: number): number[] =>
  Array.from({ length: batch }, (_, at) => at % CLASSES);
