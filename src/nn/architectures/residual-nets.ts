import { batchNorm, channelsAt, conv, GLOBAL_MEAN, meanHead, RELU } from './drafts.ts';
import type { ArchitectureSettings, LayerDraft } from './drafts.ts';

/** Blocks of one width; the first of them has the stride. */
interface Stage {
  readonly channels: number;
  readonly blocks: number;
  readonly stride: number;
}

interface Block {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly stride: number;
}

/** Channels of the stem of all three nets, at width 1. */
const STEM = 64;

function blocksOf(stages: readonly Stage[], stem: number): Block[] {
  return stages.flatMap(({ channels: to, blocks, stride }, stage) =>
    Array.from({ length: blocks }, (_, index) => ({
      name: `layer${stage + 1}.${index}`,
      from: index > 0 ? to : (stages[stage - 1]?.channels ?? stem),
      to,
      stride: index > 0 ? 1 : stride,
    })),
  );
}

/** Whether the identity cannot be the shortcut. */
const changesShape = ({ from, to, stride }: Block): boolean => stride !== 1 || from !== to;

/** The 1x1 convolution of a shortcut that changes the shape. */
const projection = ({ name, ...sizes }: Block): LayerDraft =>
  conv({ name: `${name}.shortcut.0`, ...sizes, kernel: 1 });

function normedShortcut(block: Block): LayerDraft[] {
  if (!changesShape(block)) return [];
  return [projection(block), batchNorm(`${block.name}.shortcut.1`, block.to)];
}

/** Stem, blocks and head, which the three nets have in common. */
function residualNet(
  stages: readonly Stage[],
  settings: ArchitectureSettings,
  block: (block: Block) => LayerDraft[],
): LayerDraft[] {
  const { width, classes, input } = settings;
  const stem = channelsAt(STEM, width);
  return [
    conv({ name: 'conv1', from: input[0], to: stem, kernel: 3 }),
    batchNorm('bn1', stem),
    RELU,
    ...blocksOf(stages, stem).flatMap(block),
    ...meanHead('linear', stages.at(-1)!.channels, classes),
  ];
}

/** ResNet-18's stages: two blocks each, halving the size from the second stage on. */
function resNetStages({ width }: ArchitectureSettings): Stage[] {
  return [64, 128, 256, 512].map((base, stage) => ({
    channels: channelsAt(base, width),
    blocks: 2,
    stride: stage === 0 ? 1 : 2,
  }));
}

function basicBlock(block: Block): LayerDraft[] {
  const { name, from, to, stride } = block;
  const body = [
    conv({ name: `${name}.conv1`, from, to, kernel: 3, stride }),
    batchNorm(`${name}.bn1`, to),
    RELU,
    conv({ name: `${name}.conv2`, from: to, to, kernel: 3 }),
    batchNorm(`${name}.bn2`, to),
  ];
  return [{ type: 'residual', body, shortcut: normedShortcut(block) }, RELU];
}

/**
 * ResNet-18 for small images: a 3x3 stem without pooling, eight post-activation basic blocks.
 *
 * @see He et al. 2016, "Deep residual learning for image recognition".
 */
export function resNet18(settings: ArchitectureSettings): LayerDraft[] {
  return residualNet(resNetStages(settings), settings, basicBlock);
}

/** Channels in the middle of a gate are this many times fewer. */
const REDUCTION = 16;

/** Squeeze and excitation: one factor in (0, 1) a channel. */
function squeeze(name: string, channels: number): LayerDraft[] {
  const inner = Math.max(1, Math.floor(channels / REDUCTION));
  return [
    GLOBAL_MEAN,
    conv({ name: `${name}.fc1`, from: channels, to: inner, kernel: 1, bias: true }),
    RELU,
    conv({ name: `${name}.fc2`, from: inner, to: channels, kernel: 1, bias: true }),
    { type: 'sigmoid' },
  ];
}

function preActivationBlock(block: Block): LayerDraft[] {
  const { name, from, to, stride } = block;
  const activation = [batchNorm(`${name}.bn1`, from), RELU];
  const convs = [
    conv({ name: `${name}.conv1`, from, to, kernel: 3, stride }),
    batchNorm(`${name}.bn2`, to),
    RELU,
    conv({ name: `${name}.conv2`, from: to, to, kernel: 3 }),
  ];
  const gate = squeeze(name, to);
  // A projection is fed with the activation, but the identity with the block's own input.
  return changesShape(block)
    ? [...activation, { type: 'residual', body: convs, shortcut: [projection(block)], gate }]
    : [{ type: 'residual', body: [...activation, ...convs], gate }];
}

/**
 * SENet-18 as the paper's code has it: ResNet-18 with pre-activation blocks whose sum is gated by
 * squeeze and excitation; no BatchNorm in the shortcuts, none and no ReLU before the head.
 *
 * @see Hu et al. 2018, "Squeeze-and-excitation networks"; Liang & Huang AAAI 2021.
 */
export function seNet18(settings: ArchitectureSettings): LayerDraft[] {
  return residualNet(resNetStages(settings), settings, preActivationBlock);
}

/** Channels of one group of RegNet's 3x3 convolutions. */
const GROUP_WIDTH = 8;

const REGNET = [
  { base: 24, blocks: 1, stride: 1 },
  { base: 56, blocks: 1, stride: 1 },
  { base: 152, blocks: 4, stride: 2 },
  { base: 368, blocks: 7, stride: 2 },
];

function groupedBlock(block: Block): LayerDraft[] {
  const { name, from, to, stride } = block;
  const groups = to / GROUP_WIDTH;
  const body = [
    conv({ name: `${name}.conv1`, from, to, kernel: 1 }),
    batchNorm(`${name}.bn1`, to),
    RELU,
    conv({ name: `${name}.conv2`, from: to, to, kernel: 3, stride, groups }),
    batchNorm(`${name}.bn2`, to),
    RELU,
    conv({ name: `${name}.conv3`, from: to, to, kernel: 1 }),
    batchNorm(`${name}.bn3`, to),
  ];
  return [{ type: 'residual', body, shortcut: normedShortcut(block) }, RELU];
}

/**
 * RegNetX-200MF for small images: bottleneck blocks of ratio 1 with grouped 3x3 convolutions. Other
 * widths keep groups of 8 channels, so that channels are rounded to multiples of 8.
 *
 * @see Radosavovic et al. 2020, "Designing network design spaces".
 */
export function regNetX200(settings: ArchitectureSettings): LayerDraft[] {
  const stages = REGNET.map(({ base, ...stage }) => ({
    ...stage,
    channels: channelsAt(base, settings.width, GROUP_WIDTH),
  }));
  return residualNet(stages, settings, groupedBlock);
}
