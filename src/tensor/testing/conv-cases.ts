import type { ConvAttributes } from '../conv-shape.ts';
import { convTranspose2d } from '../ops/conv-transpose.ts';
import type { TransposeAttributes } from '../ops/conv-transpose.ts';
import { conv2d } from '../ops/conv2d.ts';
import type { OpCase } from './op-case.ts';
import * as reference from './ops.oracle.ts';

const same = { stride: [1, 1], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 1 } as const;

function convCase(
  name: string,
  shapes: OpCase['shapes'],
  change: Partial<ConvAttributes> = {},
): OpCase {
  const attributes = { ...same, ...change };
  return {
    name: `conv ${name}`,
    shapes,
    op: ([x, w]) => conv2d(x!, w!, attributes),
    oracle: ([x, w]) => reference.conv2d(x!, w!, attributes),
  };
}

/** Convolutions: every stride, padding, dilation and grouping that the lab meets. */
export const CONVS: OpCase[] = [
  convCase('3×3', [
    [2, 5, 6, 3],
    [3, 3, 3, 4],
  ]),
  convCase(
    'stride 2',
    [
      [1, 6, 7, 3],
      [3, 3, 3, 9],
    ],
    { stride: [2, 2] },
  ),
  convCase(
    'stride 2 on an input that leaves a row over',
    [
      [1, 8, 8, 2],
      [3, 3, 2, 5],
    ],
    { stride: [2, 2] },
  ),
  convCase(
    'strides that differ, asymmetric padding',
    [
      [1, 7, 6, 2],
      [3, 2, 2, 3],
    ],
    { stride: [2, 3], padding: [0, 2, 1, 0] },
  ),
  convCase(
    'padding of the whole kernel',
    [
      [1, 4, 4, 2],
      [3, 3, 2, 3],
    ],
    { padding: [3, 3, 3, 3] },
  ),
  convCase(
    'stride above the kernel',
    [
      [1, 7, 7, 2],
      [2, 2, 2, 3],
    ],
    { stride: [3, 3], padding: [0, 0, 0, 0] },
  ),
  convCase(
    'dilation 2',
    [
      [1, 7, 8, 2],
      [3, 3, 2, 3],
    ],
    { dilation: [2, 2], padding: [2, 2, 2, 2] },
  ),
  convCase(
    'dilation with stride',
    [
      [1, 9, 9, 2],
      [3, 2, 2, 3],
    ],
    { dilation: [2, 3], stride: [2, 2], padding: [1, 2, 0, 1] },
  ),
  convCase(
    '3 groups',
    [
      [1, 5, 5, 6],
      [3, 3, 2, 9],
    ],
    { groups: 3 },
  ),
  convCase(
    'groups of 8 with stride 2',
    [
      [1, 4, 4, 16],
      [3, 3, 8, 16],
    ],
    { groups: 2, stride: [2, 2] },
  ),
  convCase(
    'groups with dilation',
    [
      [1, 6, 7, 4],
      [2, 2, 2, 4],
    ],
    { groups: 2, dilation: [2, 1] },
  ),
  convCase(
    'depthwise',
    [
      [2, 5, 5, 5],
      [3, 3, 1, 5],
    ],
    { groups: 5 },
  ),
  convCase(
    'depthwise, two outputs each, stride 2',
    [
      [1, 6, 6, 3],
      [3, 3, 1, 6],
    ],
    { groups: 3, stride: [2, 2] },
  ),
  convCase(
    '1×1 stride 2',
    [
      [2, 4, 4, 5],
      [1, 1, 5, 7],
    ],
    { stride: [2, 2], padding: [0, 0, 0, 0] },
  ),
  convCase(
    '5×5',
    [
      [1, 6, 6, 1],
      [5, 5, 1, 6],
    ],
    { padding: [2, 2, 2, 2] },
  ),
];

function transposeCase(
  name: string,
  shapes: OpCase['shapes'],
  change: Partial<TransposeAttributes> = {},
): OpCase {
  const attributes = { ...same, outputPadding: [0, 0] as const, ...change };
  return {
    name: `transposed conv ${name}`,
    shapes,
    op: ([x, w]) => convTranspose2d(x!, w!, attributes),
    oracle: ([x, w]) => reference.convTranspose2d(x!, w!, attributes),
  };
}

/** Transposed convolutions. */
export const TRANSPOSED: OpCase[] = [
  transposeCase(
    'stride 2',
    [
      [2, 3, 4, 3],
      [3, 3, 5, 3],
    ],
    { stride: [2, 2], outputPadding: [1, 0] },
  ),
  transposeCase(
    '2 groups, asymmetric padding',
    [
      [1, 4, 3, 4],
      [3, 2, 3, 4],
    ],
    { groups: 2, padding: [0, 1, 1, 0] },
  ),
];
