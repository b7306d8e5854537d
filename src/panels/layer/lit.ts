import { matrixEntry, matrixView, type Pixel } from '../../math/matrix.ts';
import type { ConvOperator } from '../../math/operator.ts';
import { tapAt } from '../../math/tap-sets.ts';
import type { Focus } from '../../model/layer/focus.ts';

/** What a focus lights in the pictures of kernel, input and output. */
export interface Lit {
  readonly tap: (i: number, j: number, k: number, t: number) => boolean;
  readonly input: (pixel: Pixel) => boolean;
  readonly output: (pixel: Pixel) => boolean;
}

const DARK: Lit = { tap: () => false, input: () => false, output: () => false };

function same(a: Pixel, b: Pixel): boolean {
  return a.channel === b.channel && a.y === b.y && a.x === b.x;
}

/** The tap that links two pixels of the layer, as OIHW indices, or null. */
type Link = (output: Pixel, input: Pixel) => readonly [number, number, number, number] | null;

function linkOf(op: ConvOperator): Link {
  const { geometry: g, transposed } = op;
  const { axes } = matrixView(op);
  return (output, input) => {
    const [o, x] = transposed ? [input, output] : [output, input];
    const j = x.channel - Math.floor(o.channel / g.outPerGroup) * g.inPerGroup;
    const [k, t] = [tapAt(axes[0], o.y, x.y), tapAt(axes[1], o.x, x.x)];
    if (j < 0 || j >= g.inPerGroup || k < 0 || t < 0) return null;
    return [o.channel, j, k, t];
  };
}

/** Whether tap k reaches (or starts from) a position of the layer's map on one axis. */
function reaches(
  op: ConvOperator,
  side: 'input' | 'output',
): (k: number, t: number, p: Pixel) => boolean {
  const { geometry: g, transposed } = op;
  // A convolution's input is read by taps; its output reads with them.
  const reading = (side === 'output') !== transposed;
  const on = (axis: 0 | 1, tap: number, at: number): boolean => {
    const shift = g.dilation[axis] * tap - g.padding[2 * axis]!;
    const [from, size] = reading
      ? [g.stride[axis] * at + shift, g.input[axis]]
      : [(at - shift) / g.stride[axis], g.output[axis]];
    if (g.boundary === 'circular') return Number.isInteger(from);
    return Number.isInteger(from) && from >= 0 && from < size;
  };
  return (k, t, pixel) => on(0, k, pixel.y) && on(1, t, pixel.x);
}

function litByWeight(op: ConvOperator, focus: Extract<Focus, { kind: 'weight' }>): Lit {
  const { i, j, k, t } = focus;
  const g = op.geometry;
  const read = Math.floor(i / g.outPerGroup) * g.inPerGroup + j;
  const [inChannel, outChannel] = op.transposed ? [i, read] : [read, i];
  const [onInput, onOutput] = [reaches(op, 'input'), reaches(op, 'output')];
  return {
    tap: (...index) => String(index) === String([i, j, k, t]),
    input: (pixel) => pixel.channel === inChannel && onInput(k, t, pixel),
    output: (pixel) => pixel.channel === outChannel && onOutput(k, t, pixel),
  };
}

function litByPixel(op: ConvOperator, focus: Extract<Focus, { channel: number }>): Lit {
  const link = linkOf(op);
  const g = op.geometry;
  const isOutput = focus.kind === 'output';
  const ofConvOutput = isOutput !== op.transposed;
  const on = reaches(op, focus.kind);
  const group = Math.floor(focus.channel / (ofConvOutput ? g.outPerGroup : g.inPerGroup));
  const sees = (i: number, j: number): boolean =>
    ofConvOutput
      ? i === focus.channel
      : Math.floor(i / g.outPerGroup) === group && group * g.inPerGroup + j === focus.channel;
  return {
    tap: (i, j, k, t) => sees(i, j) && on(k, t, focus),
    input: (pixel) => (isOutput ? link(focus, pixel) !== null : same(pixel, focus)),
    output: (pixel) => (isOutput ? same(pixel, focus) : link(pixel, focus) !== null),
  };
}

function litByEntry(op: ConvOperator, focus: Extract<Focus, { kind: 'entry' }>): Lit {
  const { input, output } = matrixEntry(matrixView(op), focus.row, focus.column);
  const link = linkOf(op)(output, input);
  return {
    tap: (...index) => link !== null && String(index) === String(link),
    input: (pixel) => same(pixel, input),
    output: (pixel) => same(pixel, output),
  };
}

/** What a focus lights. Two things light each other exactly when an entry of M joins them. */
export function litBy(op: ConvOperator, focus: Focus | null): Lit {
  if (focus === null) return DARK;
  if (focus.kind === 'entry') return litByEntry(op, focus);
  return focus.kind === 'weight' ? litByWeight(op, focus) : litByPixel(op, focus);
}
