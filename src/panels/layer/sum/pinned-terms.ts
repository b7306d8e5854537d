import { tapSets } from '../../../math/exact-norms.ts';
import { indexOf, type Pixel } from '../../../math/matrix.ts';
import type { ConvOperator } from '../../../math/operator.ts';
import type { Focus } from '../../../model/layer/focus.ts';

/** One |K[i, j, k, t]| of a pinned sum. */
export interface Term {
  readonly index: readonly [number, number, number, number];
  readonly magnitude: number;
}

/** The absolute sum over a row or column of M, term by term. */
export interface PinnedTerms {
  readonly line: 'row' | 'column';
  readonly at: number;
  readonly terms: readonly Term[];
  readonly total: number;
}

/** More terms than this are not listed (a sum over so many is read as a number). */
const MOST_TERMS = 100_000;

type Line = PinnedTerms['line'];

/** Channels (i, j) of the kernel that a line runs over: one side is fixed, the other free. */
function channelPairs(op: ConvOperator, ofOutput: boolean, channel: number): [number, number][] {
  const g = op.geometry;
  if (ofOutput) return Array.from({ length: g.inPerGroup }, (_, j) => [channel, j]);
  const group = Math.floor(channel / g.inPerGroup);
  return Array.from({ length: g.outPerGroup }, (_, i) => [
    group * g.outPerGroup + i,
    channel % g.inPerGroup,
  ]);
}

/** The sum of a row (an output pixel of the layer) or a column (an input pixel), or null when too long. */
function termsOf(op: ConvOperator, line: Line, pixel: Pixel): PinnedTerms | null {
  const { geometry: g, kernel, transposed } = op;
  const ofOutput = (line === 'row') !== transposed;
  const side = ofOutput ? 'rows' : 'columns';
  const [vertical, horizontal] = tapSets(g).map((axis) => axis[side]) as [
    ReturnType<typeof tapSets>[0]['rows'],
    ReturnType<typeof tapSets>[0]['rows'],
  ];
  const [a, b] = [vertical.sets[vertical.of[pixel.y]!]!, horizontal.sets[horizontal.of[pixel.x]!]!];
  const pairs = channelPairs(op, ofOutput, pixel.channel);
  if (pairs.length * a.length * b.length > MOST_TERMS) return null;
  const terms = pairs.flatMap(([i, j]) =>
    a.flatMap((k) =>
      b.map((t): Term => {
        const flat = ((i * g.inPerGroup + j) * g.kernel[0] + k) * g.kernel[1] + t;
        return { index: [i, j, k, t], magnitude: Math.abs(kernel[flat]!) };
      }),
    ),
  );
  const size = ofOutput ? g.output : g.input;
  const total = terms.reduce((sum, term) => sum + term.magnitude, 0);
  return { line, at: indexOf(pixel, size), terms, total };
}

/** The sums that a pinned thing stands for: a pixel's line; an entry's row and column. */
export function pinnedTerms(op: ConvOperator, pinned: Focus | null): PinnedTerms[] {
  if (pinned === null || pinned.kind === 'weight') return [];
  if (pinned.kind !== 'entry') {
    const terms = termsOf(op, pinned.kind === 'output' ? 'row' : 'column', pinned);
    return terms ? [terms] : [];
  }
  const { geometry: g, transposed } = op;
  const [output, input] = transposed ? [g.input, g.output] : [g.output, g.input];
  const lines = [
    termsOf(op, 'row', pixelIn(pinned.row, output)),
    termsOf(op, 'column', pixelIn(pinned.column, input)),
  ];
  return lines.filter((line) => line !== null);
}

function pixelIn(index: number, [height, width]: readonly [number, number]): Pixel {
  const rest = Math.floor(index / width);
  return { channel: Math.floor(rest / height), y: rest % height, x: index % width };
}

/** |K[0,1,0,2]| + … = value, in full or with the middle left out. */
export function sumText(
  { terms, total }: PinnedTerms,
  most: number,
  digits: (n: number) => string,
): string {
  if (terms.length === 0) return `0 = ${digits(0)}`;
  const shown = terms.slice(0, most).map(({ index }) => `|K[${index.join(',')}]|`);
  const left = terms.length - shown.length;
  const rest = left > 0 ? ` + … (${terms.length} terms)` : '';
  return `${shown.join(' + ')}${rest} = ${digits(total)}`;
}

/** The same with the numbers: |0.12| + …, for copying. */
export function fullSumText(pinned: PinnedTerms): string {
  const names = sumText(pinned, Infinity, String);
  const numbers = pinned.terms.map(({ magnitude }) => magnitude).join(' + ');
  return `${names}\n= ${numbers}`;
}
