import { DEFAULT_LAYER, type LayerSpec, type PaddingSpec } from '../../../model/layer/layer.ts';

/** A layer worth looking at, and why. */
export interface Preset {
  readonly id: string;
  readonly name: string;
  readonly why: string;
  readonly spec: LayerSpec;
}

const same = (p: number): PaddingSpec => ({ kind: 'explicit', sides: [p, p, p, p] });

/** The default layer with some fields changed. */
function layer(change: Partial<LayerSpec>): LayerSpec {
  return { ...DEFAULT_LAYER, ...change };
}

/** Layers to start from. */
export const PRESETS: readonly Preset[] = [
  {
    id: 'default',
    name: '3×3, stride 2: four tap sets',
    why: 'Each input pixel sees one of four tap sets: Lemma 1 at work.',
    spec: DEFAULT_LAYER,
  },
  {
    id: 'plain',
    name: '3×3, stride 1, 16×16',
    why: 'Assumption 1 holds and one tap set covers the kernel: formula (1) is exact.',
    spec: layer({ input: [16, 16], stride: [1, 1] }),
  },
  {
    id: 'vgg11',
    name: 'VGG-11 last conv: 512→512 on 2×2',
    why: 'Assumption 1 fails; formula (2) is more than twice the truth.',
    spec: layer({
      dIn: 512,
      dOut: 512,
      input: [2, 2],
      stride: [1, 1],
      source: { kind: 'pytorch', seed: 1 },
    }),
  },
  {
    id: 'stem',
    name: 'ResNet-18 stem: 7×7, stride 2, 3×224×224',
    why: 'M has 802,816 × 150,528 entries and is never stored.',
    spec: layer({
      dOut: 64,
      input: [224, 224],
      kernel: [7, 7],
      stride: [2, 2],
      padding: same(3),
      source: { kind: 'he', seed: 1 },
    }),
  },
  {
    id: 'tensorflow',
    name: "TensorFlow 'same', stride 2",
    why: 'Padded below and to the right only, which one number cannot say.',
    spec: layer({ padding: { kind: 'same-tensorflow' } }),
  },
  {
    id: 'one-pixel',
    name: '3×3 on one pixel',
    why: 'Only the centre tap touches the input; (1) takes the best of nine, (2) adds all nine.',
    spec: layer({ input: [1, 1], stride: [1, 1] }),
  },
  {
    id: 'depthwise',
    name: 'Depthwise 3×3',
    why: 'Each channel is its own group: M is block diagonal.',
    spec: layer({ dIn: 8, dOut: 8, groups: 8, stride: [1, 1] }),
  },
  {
    id: 'dilated',
    name: 'Dilation 2, stride 2',
    why: 'A column sees all taps or none; the formula as printed sees a part.',
    spec: layer({ input: [9, 9], dilation: [2, 2], padding: same(2) }),
  },
  {
    id: 'shortcut',
    name: '1×1 shortcut, stride 2',
    why: 'Three of four input pixels are never read.',
    spec: layer({ dIn: 16, dOut: 32, kernel: [1, 1], padding: { kind: 'valid' } }),
  },
  {
    id: 'transposed',
    name: 'Transposed 3×3, stride 2',
    why: 'M is the transpose of a convolution’s matrix: ℓ1 and ℓ∞ change places.',
    spec: layer({ type: 'transposed-conv', input: [4, 4], outputPadding: [1, 1] }),
  },
  {
    id: 'sobel',
    name: 'Sobel edges on one channel',
    why: 'Norms that can be checked in the head: ℓ1 is 4, ℓ∞ is 2.',
    spec: layer({
      dIn: 1,
      dOut: 2,
      input: [12, 12],
      stride: [1, 1],
      source: { kind: 'sobel' },
    }),
  },
  {
    id: 'dense',
    name: 'Dense 784→32',
    why: 'M is the weight matrix itself.',
    spec: layer({
      type: 'dense',
      dIn: 784,
      dOut: 32,
      input: [1, 1],
      kernel: [1, 1],
      stride: [1, 1],
      padding: { kind: 'valid' },
    }),
  },
];
