import { meanOf, multiMargin, softmaxCrossEntropy, squaredError } from '../ops/loss.ts';
import { klDivergence, squaredDistance, weightedTotal } from '../ops/pair-losses.ts';
import { fromIntegers } from '../tensors.ts';
import type { OpCase } from './op-case.ts';
import * as reference from './ops.oracle.ts';
import { plain, type Plain } from './ops.oracle.ts';

const LABELS = [2, 0, 3];

/** A number for each row of logits [N, C]. */
function byRow(
  { shape, values }: Plain,
  value: (row: readonly number[], n: number) => number,
): Plain {
  const [count = 0, classes = 0] = shape;
  return plain(
    [count],
    Float64Array.from({ length: count }, (_, n) =>
      value([...values.slice(n * classes, (n + 1) * classes)], n),
    ),
  );
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

function softmax(z: readonly number[]): number[] {
  const top = Math.max(...z);
  const powers = z.map((one) => Math.exp(one - top));
  const sum = powers.reduce((total, one) => total + one, 0);
  return powers.map((one) => one / sum);
}

function smoothCrossEntropy(logits: Plain, smoothing: number): Plain {
  const [, classes = 0] = logits.shape;
  return byRow(logits, (z, n) =>
    softmax(z).reduce((sum, p, c) => {
      const target = (c === LABELS[n] ? 1 - smoothing : 0) + smoothing / classes;
      return sum - target * Math.log(p);
    }, 0),
  );
}

const margins = (z: Plain): Plain =>
  byRow(z, (row, n) => {
    const label = LABELS[n]!;
    return mean(row.map((one, c) => (c === label ? 0 : Math.max(0, 1 - row[label]! + one))));
  });

const errors = (z: Plain): Plain =>
  byRow(z, (row, n) => mean(row.map((one, c) => (one - (c === LABELS[n] ? 1 : 0)) ** 2)));

function divergences(a: Plain, b: Plain): Plain {
  const [, classes = 0] = b.shape;
  return byRow(a, (row, n) => {
    const q = softmax([...b.values.slice(n * classes, (n + 1) * classes)]);
    return softmax(row).reduce((sum, p, c) => sum + p * (Math.log(p) - Math.log(q[c]!)), 0);
  });
}

function distances(a: Plain, b: Plain): Plain {
  const [, classes = 0] = a.shape;
  return byRow(a, (row, n) => mean(row.map((one, c) => (one - b.values[n * classes + c]!) ** 2)));
}

const PAIR = [
  [3, 4],
  [3, 4],
] as const;

/** Losses of a batch, and what adversarial training adds to them. */
export const LOSS_CASES: readonly OpCase[] = [
  {
    name: 'softmax cross-entropy',
    shapes: [[3, 4]],
    op: ([z]) => softmaxCrossEntropy(z!, fromIntegers(LABELS)),
    oracle: ([z]) => reference.crossEntropy(z!, LABELS),
  },
  {
    name: 'softmax cross-entropy at logits where a plain exp overflows, and at a tie',
    shapes: [[3, 4]],
    values: [[1e4, 0, -1e4, 3, 5, 5, 5, 5, -200, 100, 0, 99.5]],
    op: ([z]) => softmaxCrossEntropy(z!, fromIntegers(LABELS)),
    oracle: ([z]) => reference.crossEntropy(z!, LABELS),
  },
  {
    name: 'softmax cross-entropy with smoothed labels',
    shapes: [[3, 4]],
    op: ([z]) => softmaxCrossEntropy(z!, fromIntegers(LABELS), 0.2),
    oracle: ([z]) => smoothCrossEntropy(z!, 0.2),
  },
  {
    name: 'multi-class margin',
    shapes: [[3, 4]],
    op: ([z]) => multiMargin(z!, fromIntegers(LABELS)),
    oracle: ([z]) => margins(z!),
  },
  {
    name: 'squared error',
    shapes: [[3, 4]],
    op: ([z]) => squaredError(z!, fromIntegers(LABELS)),
    oracle: ([z]) => errors(z!),
  },
  {
    name: 'KL divergence of two rows of logits',
    shapes: PAIR,
    op: ([a, b]) => klDivergence(a!, b!),
    oracle: ([a, b]) => divergences(a!, b!),
  },
  {
    name: 'squared distance of two rows of logits',
    shapes: PAIR,
    op: ([a, b]) => squaredDistance(a!, b!),
    oracle: ([a, b]) => distances(a!, b!),
  },
  {
    name: 'a weighted total of losses',
    shapes: PAIR,
    op: ([a, b]) =>
      weightedTotal([
        { weight: 0.5, value: meanOf(a!) },
        { weight: 6, value: meanOf(b!) },
      ]),
    oracle: ([a, b]) =>
      plain([], Float64Array.of(0.5 * mean([...a!.values]) + 6 * mean([...b!.values]))),
  },
];
