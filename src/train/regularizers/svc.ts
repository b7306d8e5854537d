import { axisOf, type AxisGeometry, type Pair } from '../../math/geometry.ts';
import {
  isWeight,
  weightStrides,
  type Floats,
  type LayerOperator,
  type Parameter,
} from '../parameter.ts';
import { clippedPart, complexMatrix, type ComplexMatrix } from './clip-matrix.ts';
import type { SvcSettings } from '../../model/train/regularizer.ts';
import { mapStepsSync } from '../../kit/steps/sync.ts';

/** Taps of one axis in the Fourier domain. */
interface FourierAxis {
  /** Number of frequencies. */
  readonly size: number;
  /** For each tap: the phase of the input that it reads, and its shift. */
  readonly phase: readonly number[];
  readonly shift: readonly number[];
  readonly phases: number;
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

type AxisParts = Pick<AxisGeometry, 'input' | 'kernel' | 'stride' | 'dilation'>;

/** The circle on which `layer` clips: long enough to hold the padded input without wrapping. */
function circleOf(axis: AxisGeometry): AxisParts {
  const padding = axis.boundary === 'circular' ? 0 : axis.padBegin + axis.padEnd;
  return { ...axis, input: axis.input + padding };
}

function fourierAxis({ input, kernel, stride, dilation }: AxisParts): FourierAxis {
  const size = Math.ceil(input / stride);
  const taps = Array.from({ length: kernel }, (_, k) => k * dilation);
  const used = [...new Set(taps.map((tap) => tap % stride))];
  const angle = (m: number): number => (2 * Math.PI * m) / size;
  return {
    size,
    phase: taps.map((tap) => used.indexOf(tap % stride)),
    shift: taps.map((tap) => Math.floor(tap / stride)),
    phases: used.length,
    cos: Float64Array.from({ length: size }, (_, m) => Math.cos(angle(m))),
    sin: Float64Array.from({ length: size }, (_, m) => Math.sin(angle(m))),
  };
}

/** A dense block of channels whose symbol is clipped; a layer has one, or one a group. */
interface Block {
  readonly axes: readonly [FourierAxis, FourierAxis];
  readonly dOut: number;
  readonly dIn: number;
  /** Of each tap: its phases and shifts on both axes. */
  readonly taps: readonly { readonly phase: number; readonly shift: Pair }[];
}

function blockOf({ geometry: g }: LayerOperator, { operator }: SvcSettings): Block {
  const circular = operator === 'circular';
  const onAxis = (axis: 0 | 1): FourierAxis =>
    fourierAxis(
      circular
        ? { input: g.input[axis], kernel: g.kernel[axis], stride: 1, dilation: 1 }
        : circleOf(axisOf(g, axis)),
    );
  const axes = [onAxis(0), onAxis(1)] as const;
  const taps = axes[0].phase.flatMap((first, k) =>
    axes[1].phase.map((second, t) => ({
      phase: first * axes[1].phases + second,
      shift: [axes[0].shift[k]!, axes[1].shift[t]!] as const,
    })),
  );
  return { axes, dOut: circular ? g.dOut : g.outPerGroup, dIn: g.inPerGroup, taps };
}

/** Whether the authors' code skips the layer: its kernel wraps onto itself on the circle. */
function isSkipped({ geometry: g }: LayerOperator, { operator }: SvcSettings): boolean {
  const tooLarge = g.kernel[0] > g.input[0] || g.kernel[1] > g.input[1];
  return operator === 'circular' && tooLarge;
}

/** Frequencies up to conjugation, and how many each stands for: 1 or 2. */
function* frequencies([h, w]: Pair): Generator<{ at: Pair; weight: number }> {
  for (let f2 = 0; f2 <= w / 2; f2++) {
    const mirrored = f2 === 0 || 2 * f2 === w;
    for (let f1 = 0; f1 < h; f1++) {
      if (!mirrored) yield { at: [f1, f2], weight: 2 };
      else if (f1 === 0 || 2 * f1 === h) yield { at: [f1, f2], weight: 1 };
      else if (2 * f1 < h) yield { at: [f1, f2], weight: 2 };
    }
  }
}

/** e^{i·shift·θ} of a tap: the product over the axes. */
function phaseOf({ axes }: Block, [f1, f2]: Pair, [s1, s2]: Pair): [cos: number, sin: number] {
  const [m1, m2] = [(f1 * s1) % axes[0].size, (f2 * s2) % axes[1].size];
  const [c1, n1, c2, n2] = [axes[0].cos[m1]!, axes[0].sin[m1]!, axes[1].cos[m2]!, axes[1].sin[m2]!];
  return [c1 * c2 - n1 * n2, n1 * c2 + c1 * n2];
}

/** Calls visit with the place in the symbol and the OIHW place of every weight of one tap. */
function eachWeight(
  { dOut, dIn, axes, taps }: Block,
  tap: number,
  visit: (inSymbol: number, inWeights: number) => void,
): void {
  const phases = axes[0].phases * axes[1].phases;
  const wide = dIn * phases;
  // The side with fewer channels gives the rows: the transposed symbol is clipped just the same.
  const [lineStep, termStep] = dOut <= wide ? [wide, 1] : [1, dOut];
  const { phase } = taps[tap]!;
  for (let i = 0; i < dOut; i++)
    for (let j = 0; j < dIn; j++)
      visit(i * lineStep + (j * phases + phase) * termStep, (i * dIn + j) * taps.length + tap);
}

/** Room for the symbol at one frequency. */
function symbolRoom({ dOut, dIn, axes }: Block): ComplexMatrix {
  const wide = dIn * axes[0].phases * axes[1].phases;
  return complexMatrix(Math.min(dOut, wide), Math.max(dOut, wide));
}

/**
 * Clips the kernel's symbol at c at every frequency (OIHW, in place), and keeps the k1 x k2 taps of
 * the result. Yields the fraction done.
 */
function* clipBlock(block: Block, kernel: Float64Array, clipTo: number): Generator<number, void> {
  const sizes = [block.axes[0].size, block.axes[1].size] as const;
  const [symbol, change] = [symbolRoom(block), symbolRoom(block)];
  const taken = new Float64Array(kernel.length);
  const all = [...frequencies(sizes)];
  for (const [index, { at, weight }] of all.entries()) {
    symbol.re.fill(0);
    symbol.im.fill(0);
    block.taps.forEach(({ shift }, tap) => {
      const [cos, sin] = phaseOf(block, at, shift);
      eachWeight(block, tap, (inSymbol, inWeights) => {
        symbol.re[inSymbol]! += kernel[inWeights]! * cos;
        symbol.im[inSymbol]! += kernel[inWeights]! * sin;
      });
    });
    if (clippedPart(symbol, clipTo, change)) {
      const share = weight / (sizes[0] * sizes[1]);
      block.taps.forEach(({ shift }, tap) => {
        const [cos, sin] = phaseOf(block, at, shift);
        eachWeight(block, tap, (inSymbol, inWeights) => {
          taken[inWeights]! += share * (change.re[inSymbol]! * cos + change.im[inSymbol]! * sin);
        });
      });
    }
    yield (index + 1) / all.length;
  }
  for (let at = 0; at < kernel.length; at++) kernel[at]! -= taken[at]!;
}

/** Calls visit with the place of every weight in PyTorch's order and in the layer's own. */
function eachPlace(operator: LayerOperator, visit: (oihw: number, own: number) => void): void {
  const { geometry: g } = operator;
  const { output, input, tap } = weightStrides(operator);
  let oihw = 0;
  for (let i = 0; i < g.dOut; i++)
    for (let j = 0; j < g.inPerGroup; j++)
      for (let k = 0; k < g.kernel[0] * g.kernel[1]; k++)
        visit(oihw++, i * output + j * input + k * tap);
}

/**
 * Clips the singular values of one conv to `clipTo`, after Sedghi, Gupta & Long: the DFT of the kernel
 * over the input size, an SVD at each frequency, min(σ, c), back, the first k1 x k2 taps. Float64
 * inside; values are changed in place. Returns false, and changes nothing, when `circular` meets a
 * kernel larger than the input.
 *
 * `circular` does so for the stride-1 circular convolution without groups and dilation, as the
 * authors' code does to every layer. `layer` does so for the circular convolution with the layer's
 * stride s, dilation and groups on a circle of s·⌈(h + p)/s⌉ pixels, p counting both sides: position
 * s·X + φ is position X of phase φ, so that its symbol is [out, in·phases] on ⌈(h + p)/s⌉ frequencies
 * an axis. The circle holds the padded input without wrapping, so M is a submatrix of that operator
 * and no singular value of M exceeds its own.
 *
 * Keeping only the taps is the orthogonal projection onto kernels of this size, which can raise
 * singular values above c again: one step of alternating projections, which converge when repeated.
 *
 * @see Sedghi, Gupta & Long 2019, "The singular values of convolutional layers".
 */
export function* clipSingularValues(
  values: Floats,
  operator: LayerOperator,
  settings: SvcSettings,
): Generator<number, boolean> {
  if (!(settings.clipTo > 0)) {
    throw new RangeError(`clip = ${settings.clipTo}: give a number above 0.`);
  }
  if (isSkipped(operator, settings)) return false;
  const block = blockOf(operator, settings);
  const kernel = new Float64Array(values.length);
  eachPlace(operator, (oihw, own) => (kernel[oihw] = values[own]!));
  const size = block.dOut * block.dIn * block.taps.length;
  const count = kernel.length / size;
  for (let group = 0; group < count; group++) {
    const part = kernel.subarray(group * size, (group + 1) * size);
    yield* mapStepsSync(clipBlock(block, part, settings.clipTo), (done) => (group + done) / count);
  }
  eachPlace(operator, (oihw, own) => (values[own] = kernel[oihw]!));
  return true;
}

/** Clips every conv of a net, dense layers never. Yields the fraction of the convs done. */
export function* clipConvs(
  parameters: readonly Parameter[],
  settings: SvcSettings,
): Generator<number, void> {
  const convs = parameters.filter(isWeight).filter(({ kind }) => kind === 'conv');
  for (const [at, { values, operator }] of convs.entries()) {
    yield* mapStepsSync(
      clipSingularValues(values, operator, settings),
      (done) => (at + done) / convs.length,
    );
  }
}
