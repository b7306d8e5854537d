import { axisOf, type AxisGeometry, type Pair } from '../../../math/geometry.ts';
import { indexOf, matrixEntry, matrixView, pixelOf, type Pixel } from '../../../math/matrix.ts';
import type { ConvOperator } from '../../../math/operator.ts';
import type { MatrixScale } from '../../../model/layer/matrix-view.ts';
import type { Place } from './use-gestures.ts';

/** Input positions of an axis that output position o reads. */
function inputsOf(axis: AxisGeometry, o: number): number[] {
  const found: number[] = [];
  for (let k = 0; k < axis.kernel; k++) {
    const x = axis.stride * o + axis.dilation * k - axis.padBegin;
    if (axis.boundary === 'circular') found.push(((x % axis.input) + axis.input) % axis.input);
    else if (x >= 0 && x < axis.input) found.push(x);
  }
  return found;
}

/** Output positions of an axis that read input position x. */
function outputsOf(axis: AxisGeometry, x: number): number[] {
  const found: number[] = [];
  for (let k = 0; k < axis.kernel; k++) {
    let reach = x + axis.padBegin - axis.dilation * k;
    if (axis.boundary === 'circular') reach = ((reach % axis.input) + axis.input) % axis.input;
    const o = reach / axis.stride;
    if (reach >= 0 && Number.isInteger(o) && o < axis.output) found.push(o);
  }
  return found;
}

/** Pixels that a line of M joins: the channels of a group, and positions on both axes. */
interface Joined {
  /** First channel and how many. */
  readonly channels: Pair;
  readonly positions: readonly [readonly number[], readonly number[]];
  readonly size: Pair;
}

/** The joined pixel whose index is nearest to another pixel's; null when none is joined. */
function nearest({ channels, positions, size }: Joined, to: Pixel): Pixel | null {
  const target = indexOf(to, size);
  const [first, count] = channels;
  let best: Pixel | null = null;
  let least = Infinity;
  // A map is longer than what a channel's nearest pixel can be off by, so its neighbours suffice.
  for (const step of [-1, 0, 1]) {
    const channel = Math.min(first + count - 1, Math.max(first, to.channel + step));
    for (const y of positions[0]) {
      for (const x of positions[1]) {
        const pixel = { channel, y, x };
        const off = Math.abs(indexOf(pixel, size) - target);
        if (off < least) [best, least] = [pixel, off];
      }
    }
  }
  return best;
}

/** Both sides of an entry, as the convolution has them. */
interface Sides {
  readonly output: Pixel;
  readonly input: Pixel;
}

/** In the row of `output`: its entry nearest to the column of `input`. */
function inRow(op: ConvOperator, { output, input }: Sides): Sides | null {
  const g = op.geometry;
  const group = Math.floor(output.channel / g.outPerGroup);
  const joined: Joined = {
    channels: [group * g.inPerGroup, g.inPerGroup],
    positions: [inputsOf(axisOf(g, 0), output.y), inputsOf(axisOf(g, 1), output.x)],
    size: g.input,
  };
  const found = nearest(joined, input);
  return found && { output, input: found };
}

/** In the column of `input`: its entry nearest to the row of `output`. */
function inColumn(op: ConvOperator, { output, input }: Sides): Sides | null {
  const g = op.geometry;
  const group = Math.floor(input.channel / g.inPerGroup);
  const joined: Joined = {
    channels: [group * g.outPerGroup, g.outPerGroup],
    positions: [outputsOf(axisOf(g, 0), input.y), outputsOf(axisOf(g, 1), input.x)],
    size: g.output,
  };
  const found = nearest(joined, output);
  return found && { output: found, input };
}

/** The position nearest to `at` that reads anything: others lie in the padding with all their taps. */
function reading(axis: AxisGeometry, at: number): number | null {
  for (let off = 0; off < axis.output; off++) {
    for (const o of [at - off, at + off]) {
      if (o >= 0 && o < axis.output && inputsOf(axis, o).length > 0) return o;
    }
  }
  return null;
}

/** When neither the row nor the column has an entry: the nearest one of the nearest row that has. */
function inOtherRow(op: ConvOperator, { output, input }: Sides): Sides | null {
  const y = reading(axisOf(op.geometry, 0), output.y);
  const x = reading(axisOf(op.geometry, 1), output.x);
  if (y === null || x === null) return null;
  return inRow(op, { output: { ...output, y, x }, input });
}

/**
 * The entry with a weight that is nearest to a place of M, looked for in the row and the column of that
 * place and measured on screen; the place itself when it has one, or when M has none. A few thousand
 * steps for the largest M, since it asks which pixels the taps join instead of looking at entries.
 *
 * @param scale pixels of the screen per row and column of M
 */
export function nearestEntry(op: ConvOperator, place: Place, scale: MatrixScale): Place {
  const { geometry: g, transposed } = op;
  if (matrixEntry(matrixView(op), place.row, place.column).weight >= 0) return place;
  const [row, column] = transposed ? [place.column, place.row] : [place.row, place.column];
  const here: Sides = { output: pixelOf(row, g.output), input: pixelOf(column, g.input) };
  const placeOf = ({ output, input }: Sides): Place => {
    const [r, c] = [indexOf(output, g.output), indexOf(input, g.input)];
    return transposed ? { row: c, column: r } : { row: r, column: c };
  };
  const off = (at: Place): number =>
    Math.abs(at.row - place.row) * scale.row + Math.abs(at.column - place.column) * scale.column;
  const found = [inRow(op, here), inColumn(op, here)].filter((sides) => sides !== null);
  const other = found.length > 0 ? null : inOtherRow(op, here);
  const places = [...found, ...(other ? [other] : [])].map(placeOf);
  return places.sort((a, b) => off(a) - off(b))[0] ?? place;
}
