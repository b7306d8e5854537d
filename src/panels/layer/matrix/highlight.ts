import { indexOf } from '../../../math/matrix.ts';
import type { Focus } from '../../../model/layer/focus.ts';
import type { Shape } from './scene.ts';
import { columnX, rowY, type Sight } from './sight.ts';

/** Thinner bands are drawn as a line: a rectangle of half a pixel would not be seen. */
const THIN = 3;

function band(sight: Sight, side: 'row' | 'column', index: number, strong: boolean): Shape[] {
  const { frame, stage, scale } = sight;
  const size = scale[side];
  const across = side === 'row';
  const at = across ? rowY(sight, index) : columnX(sight, index);
  const width = strong ? 2 : 1;
  if (size < THIN) {
    const middle = at + size / 2;
    return [
      across
        ? {
            kind: 'line',
            ink: 'accent',
            width,
            from: [frame.left, middle],
            to: [frame.left + stage.width, middle],
          }
        : {
            kind: 'line',
            ink: 'accent',
            width,
            from: [middle, frame.top],
            to: [middle, frame.top + stage.height],
          },
    ];
  }
  const box = across
    ? { x: frame.left - 4, y: at, width: stage.width + 8, height: size }
    : { x: at, y: frame.top - 4, width: size, height: stage.height + 8 };
  return [
    { kind: 'rect', ink: 'accent', fill: 0.1, ...box },
    { kind: 'rect', ink: 'accent', stroke: width, ...box },
  ];
}

function cell(
  sight: Sight,
  { row, column }: { row: number; column: number },
  strong: boolean,
): Shape[] {
  const width = Math.max(6, sight.scale.column);
  const height = Math.max(6, sight.scale.row);
  const x = columnX(sight, column + 0.5) - width / 2;
  const y = rowY(sight, row + 0.5) - height / 2;
  return [{ kind: 'rect', ink: 'accent', stroke: strong ? 3 : 2, x, y, width, height }];
}

/** A run of outputs on one axis whose tap k reads inside the input, and the input of the first. */
interface TapRun {
  readonly first: number;
  readonly steps: number;
  readonly input: number;
}

/** One run with zeros; with circular padding one more for each turn around the axis. */
function tapRuns({ operator }: Sight, axis: 0 | 1, k: number): TapRun[] {
  const g = operator.geometry;
  const [size, stride] = [g.input[axis], g.stride[axis]];
  const runs: TapRun[] = [];
  for (const turn of g.boundary === 'circular' ? [-size, 0, size] : [0]) {
    const shift = g.dilation[axis] * k - g.padding[2 * axis]! - turn;
    const first = Math.max(0, Math.ceil(-shift / stride));
    const last = Math.min(g.output[axis] - 1, Math.floor((size - 1 - shift) / stride));
    if (first <= last) runs.push({ first, steps: last - first, input: stride * first + shift });
  }
  return runs;
}

/** At most so many lines of one weight are lit. */
const MAX_LINES = 2000;

interface Diagonal {
  readonly from: readonly [row: number, column: number];
  readonly to: readonly [row: number, column: number];
}

/** A weight's entries in the layer's own M: in each pair of lines one diagonal. */
function diagonalsOf(sight: Sight, { i, j, k, t }: Extract<Focus, { kind: 'weight' }>): Diagonal[] {
  const { geometry: g, transposed } = sight.operator;
  const input = Math.floor(i / g.outPerGroup) * g.inPerGroup + j;
  const diagonals: Diagonal[] = [];
  for (const down of tapRuns(sight, 0, k)) {
    for (const across of tapRuns(sight, 1, t)) {
      for (let step = 0; step <= Math.min(down.steps, MAX_LINES); step++) {
        const row = indexOf({ channel: i, y: down.first + step, x: across.first }, g.output);
        const line = down.input + g.stride[0] * step;
        const column = indexOf({ channel: input, y: line, x: across.input }, g.input);
        const to = [row + across.steps, column + across.steps * g.stride[1]] as const;
        diagonals.push(
          transposed ? { from: [column, row], to: [to[1], to[0]] } : { from: [row, column], to },
        );
      }
    }
  }
  return diagonals;
}

function weightBand(
  sight: Sight,
  focus: Extract<Focus, { kind: 'weight' }>,
  strong: boolean,
): Shape[] {
  const { rows, columns } = sight.visible;
  const seen = diagonalsOf(sight, focus).filter(
    ({ from, to }) =>
      to[0] >= rows[0] && from[0] < rows[1] && to[1] >= columns[0] && from[1] < columns[1],
  );
  return seen.map(({ from, to }) => ({
    kind: 'line',
    ink: 'accent',
    width: strong ? 3 : 2,
    from: [columnX(sight, from[1] + 0.1), rowY(sight, from[0] + 0.1)],
    to: [columnX(sight, to[1] + 0.9), rowY(sight, to[0] + 0.9)],
  }));
}

/** What a focus means in M: an entry's row and column, a pixel's row or column, a weight's diagonals. */
export function highlight(sight: Sight, focus: Focus | null, strong: boolean): Shape[] {
  if (focus === null) return [];
  const { geometry: g, transposed } = sight.operator;
  const [output, input] = transposed ? [g.input, g.output] : [g.output, g.input];
  switch (focus.kind) {
    case 'entry':
      return [
        ...band(sight, 'row', focus.row, strong),
        ...band(sight, 'column', focus.column, strong),
        ...cell(sight, focus, strong),
      ];
    case 'output':
      return band(sight, 'row', indexOf(focus, output), strong);
    case 'input':
      return band(sight, 'column', indexOf(focus, input), strong);
    case 'weight':
      return weightBand(sight, focus, strong);
  }
}
