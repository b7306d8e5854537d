import { OP_CASES } from './cases.ts';
import type { OpCase } from './op-case.ts';

/** Cases that run the GPU programs of another case (the value) with other sizes or attributes. */
export const SAME_PROGRAMS: Readonly<Record<string, string>> = {
  'conv stride 2 on an input that leaves a row over': 'conv stride 2',
  'conv padding of the whole kernel': 'conv 3×3',
  'conv groups with dilation': 'conv 3 groups',
  'conv depthwise, two outputs each, stride 2': 'conv depthwise',
  'conv 1×1 stride 2': 'conv stride 2',
  'conv 5×5': 'conv 3×3',
  'transposed conv 2 groups, asymmetric padding': 'conv 3 groups',
  'max-pool 2×2 of 1×5×6×3': 'max-pool 2×2 of 2×6×7×4',
  'average-pool 2×2 of 1×5×6×3': 'average-pool 2×2 of 2×6×7×4',
  'max-pool 3×3 padded of 2×6×7×4': 'max-pool 3×3 padded of 1×5×6×3',
  'average-pool 3×3 padded of 2×6×7×4': 'average-pool 3×3 padded of 1×5×6×3',
  'max-pool overlapping of 2×6×7×4': 'max-pool 2×2 of 2×6×7×4',
  'average-pool overlapping of 2×6×7×4': 'average-pool 2×2 of 2×6×7×4',
  'max-pool overlapping of 1×5×6×3': 'max-pool 3×3 padded of 1×5×6×3',
  'average-pool overlapping of 1×5×6×3': 'average-pool 3×3 padded of 1×5×6×3',
  'max-pool 2×2 with ties: the first of a window takes the gradient':
    'max-pool 3×3 padded with ties: the first of a window takes the gradient',
  'max-pool overlapping with ties: the first of a window takes the gradient':
    'max-pool 3×3 padded with ties: the first of a window takes the gradient',
  'softmax cross-entropy':
    'softmax cross-entropy at logits where a plain exp overflows, and at a tie',
};

/** One case for each path through the GPU programs, for browsers whose GPU is a slow software one. */
export const GPU_CASES: readonly OpCase[] = OP_CASES.filter(
  ({ name }) => SAME_PROGRAMS[name] === undefined,
);
