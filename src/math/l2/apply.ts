import { stencilShape, type Stencil, type StencilAxis } from './stencil.ts';
import { tile4x4 } from './tile.ts';

/** Multiply-adds between two yields: some 10 ms. */
export const WORK_PER_YIELD = 1.5e7;

/** M of a stencil as a pair of products. The generators yield between slices of their work. */
export interface LinearMap {
  readonly rows: number;
  readonly columns: number;
  /** Largest number of entries in a row or a column: the length of a rounded sum. */
  readonly terms: number;
  /** Multiply-adds of one product. */
  readonly work: number;
  /** y = M·x, in the index order of M. */
  forward(x: Float64Array, y: Float64Array): Generator<undefined, void>;
  /** x = Mᵀ·y. */
  adjoint(y: Float64Array, x: Float64Array): Generator<undefined, void>;
}

/** Input position that tap a of output o reads, or −1 outside the input. */
function inputAt(axis: StencilAxis, o: number, a: number): number {
  const x = axis.s * o + axis.d * a - axis.p;
  if (axis.circular) return ((x % axis.n) + axis.n) % axis.n;
  return x < axis.n ? Math.max(-1, x) : -1;
}

/** For each (output pixel, tap) the input pixel, or −1. */
function readsOf([vertical, horizontal]: Stencil['axes']): Int32Array {
  const taps = vertical.k * horizontal.k;
  const reads = new Int32Array(vertical.m * horizontal.m * taps);
  let at = 0;
  for (let o = 0; o < vertical.m; o++) {
    for (let q = 0; q < horizontal.m; q++) {
      for (let a = 0; a < vertical.k; a++) {
        const y = inputAt(vertical, o, a);
        for (let b = 0; b < horizontal.k; b++) {
          const x = inputAt(horizontal, q, b);
          reads[at++] = y < 0 || x < 0 ? -1 : y * horizontal.n + x;
        }
      }
    }
  }
  return reads;
}

const padTo4 = (n: number): number => 4 * Math.ceil(n / 4);

/** Weights of one group twice: [i][tap, j] for products, [tap, j][i] for adjoint ones. */
interface GroupWeights {
  readonly byOutput: Float64Array;
  readonly byPatch: Float64Array;
}

function groupWeights({ cIn, cOut, weights, axes }: Stencil, group: number): GroupWeights {
  const taps = axes[0].k * axes[1].k;
  const patch = padTo4(taps * cIn);
  const byOutput = new Float64Array(padTo4(cOut) * patch);
  const byPatch = new Float64Array(patch * cOut);
  for (let i = 0; i < cOut; i++) {
    for (let j = 0; j < cIn; j++) {
      for (let tap = 0; tap < taps; tap++) {
        const value = weights[((group * cOut + i) * cIn + j) * taps + tap]!;
        byOutput[i * patch + tap * cIn + j] = value;
        byPatch[(tap * cIn + j) * cOut + i] = value;
      }
    }
  }
  return { byOutput, byPatch };
}

/** Four output pixels at a time, so that tiles of 4 x 4 sums stay in registers. */
interface Patches {
  readonly stencil: Stencil;
  readonly reads: Int32Array;
  readonly taps: number;
  readonly outPixels: number;
  readonly inPixels: number;
  /** Taps times input channels, rounded up to a multiple of four. */
  readonly length: number;
  readonly groups: readonly GroupWeights[];
}

function patchesOf(stencil: Stencil): Patches {
  const { axes, cIn, groups } = stencil;
  const taps = axes[0].k * axes[1].k;
  return {
    stencil,
    reads: readsOf(axes),
    taps,
    outPixels: axes[0].m * axes[1].m,
    inPixels: axes[0].n * axes[1].n,
    length: padTo4(taps * cIn),
    groups: Array.from({ length: groups }, (_, group) => groupWeights(stencil, group)),
  };
}

/** Copies the inputs that four output pixels read, [pixel][tap, j]; zeros outside. */
function gather(p: Patches, x: Float64Array, first: number, buffer: Float64Array): void {
  const { cIn } = p.stencil;
  buffer.fill(0);
  for (let r = 0; r < 4 && first + r < p.outPixels; r++) {
    for (let tap = 0; tap < p.taps; tap++) {
      const pixel = p.reads[(first + r) * p.taps + tap]!;
      if (pixel < 0) continue;
      const to = r * p.length + tap * cIn;
      for (let j = 0; j < cIn; j++) buffer[to + j] = x[pixel * cIn + j]!;
    }
  }
}

function* forwardGroup(
  p: Patches,
  group: number,
  x: Float64Array,
): Generator<undefined, Float64Array> {
  const { cOut } = p.stencil;
  const y = new Float64Array(p.outPixels * cOut);
  const [buffer, out] = [new Float64Array(4 * p.length), new Float64Array(16)];
  const b = { data: buffer, at: 0, stride: p.length };
  const data = p.groups[group]!.byOutput;
  let work = 0;
  for (let first = 0; first < p.outPixels; first += 4) {
    gather(p, x, first, buffer);
    for (let i = 0; i < cOut; i += 4) {
      tile4x4({ data, at: i * p.length, stride: p.length }, b, p.length, out);
      for (let at = 0; at < 16; at++) {
        const [channel, pixel] = [i + (at >> 2), first + (at & 3)];
        if (channel < cOut && pixel < p.outPixels) y[pixel * cOut + channel] = out[at]!;
      }
    }
    work += 4 * cOut * p.length;
    if (work > WORK_PER_YIELD) {
      work = 0;
      yield;
    }
  }
  return y;
}

/** Adds four pixels' patches [tap, j][pixel] to the inputs that they read. */
function scatter(p: Patches, x: Float64Array, first: number, buffer: Float64Array): void {
  const { cIn } = p.stencil;
  for (let r = 0; r < 4 && first + r < p.outPixels; r++) {
    for (let tap = 0; tap < p.taps; tap++) {
      const pixel = p.reads[(first + r) * p.taps + tap]!;
      if (pixel < 0) continue;
      const from = tap * cIn;
      for (let j = 0; j < cIn; j++) x[pixel * cIn + j]! += buffer[(from + j) * 4 + r]!;
    }
  }
}

function* adjointGroup(
  p: Patches,
  group: number,
  y: Float64Array,
): Generator<undefined, Float64Array> {
  const { cIn, cOut } = p.stencil;
  const x = new Float64Array(p.inPixels * cIn);
  const [source, patch, out] = [
    new Float64Array(4 * cOut),
    new Float64Array(4 * p.length),
    new Float64Array(16),
  ];
  const data = p.groups[group]!.byPatch;
  let work = 0;
  for (let first = 0; first < p.outPixels; first += 4) {
    source.fill(0);
    source.set(y.subarray(first * cOut, Math.min(p.outPixels, first + 4) * cOut));
    for (let l = 0; l < p.length; l += 4) {
      tile4x4(
        { data, at: l * cOut, stride: cOut },
        { data: source, at: 0, stride: cOut },
        cOut,
        out,
      );
      patch.set(out, l * 4);
    }
    scatter(p, x, first, patch);
    work += 4 * cOut * p.length;
    if (work > WORK_PER_YIELD) {
      work = 0;
      yield;
    }
  }
  return x;
}

/** [channels, pixels] to [pixels, channels]. */
function transposed(x: Float64Array, channels: number): Float64Array {
  const pixels = x.length / channels;
  const out = new Float64Array(x.length);
  for (let c = 0; c < channels; c++) {
    for (let at = 0; at < pixels; at++) out[at * channels + c] = x[c * pixels + at]!;
  }
  return out;
}

type Products = Pick<LinearMap, 'forward' | 'adjoint'>;

function patchMap(stencil: Stencil): Products {
  const p = patchesOf(stencil);
  const { cIn, cOut, groups } = stencil;
  const [inSize, outSize] = [cIn * p.inPixels, cOut * p.outPixels];
  return {
    *forward(x, y) {
      for (let group = 0; group < groups; group++) {
        const part = transposed(x.subarray(group * inSize, (group + 1) * inSize), cIn);
        y.set(transposed(yield* forwardGroup(p, group, part), p.outPixels), group * outSize);
      }
    },
    *adjoint(y, x) {
      for (let group = 0; group < groups; group++) {
        const part = transposed(y.subarray(group * outSize, (group + 1) * outSize), cOut);
        x.set(transposed(yield* adjointGroup(p, group, part), p.inPixels), group * inSize);
      }
    },
  };
}

/** Σ a·b of two stretches, in four chains. */
export function dot(
  a: { readonly data: Float64Array | Float32Array; readonly at: number },
  b: { readonly data: Float64Array; readonly at: number },
  length: number,
): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const [x, y] = [a.data, b.data];
  let [p, q] = [a.at, b.at];
  const end = p + length - 3;
  for (; p < end; p += 4, q += 4) {
    s0 += x[p]! * y[q]!;
    s1 += x[p + 1]! * y[q + 1]!;
    s2 += x[p + 2]! * y[q + 2]!;
    s3 += x[p + 3]! * y[q + 3]!;
  }
  for (; p < end + 3; p++, q++) s0 += x[p]! * y[q]!;
  return s0 + s1 + (s2 + s3);
}

/** y += weight · x on whole arrays (x from `at` on). */
export function addScaled(
  weight: number,
  x: Float64Array | Float32Array,
  at: number,
  y: Float64Array,
): void {
  for (let i = 0; i < y.length; i++) y[i]! += weight * x[at + i]!;
}

/** A kernel of one tap on one pixel is M itself: no copy, whatever its size. */
function denseMap({ cIn, cOut, weights }: Stencil): Products {
  const slice = Math.ceil(WORK_PER_YIELD / cIn);
  return {
    *forward(x, y) {
      for (let i = 0; i < cOut; i++) {
        y[i] = dot({ data: weights, at: i * cIn }, { data: x, at: 0 }, cIn);
        if (i % slice === slice - 1) yield;
      }
    },
    *adjoint(y, x) {
      x.fill(0);
      for (let i = 0; i < cOut; i++) {
        addScaled(y[i]!, weights, i * cIn, x);
        if (i % slice === slice - 1) yield;
      }
    },
  };
}

/** M as a pair of products. */
export function linearMap(stencil: Stencil): LinearMap {
  const { axes, groups, cIn, cOut, weights } = stencil;
  const [rows, columns] = stencilShape(stencil);
  const taps = axes[0].k * axes[1].k;
  const isDense = groups === 1 && weights.length === rows * columns && taps === 1;
  return {
    rows,
    columns,
    terms: taps * Math.max(cIn, cOut),
    work: weights.length * axes[0].m * axes[1].m,
    ...(isDense ? denseMap(stencil) : patchMap(stencil)),
  };
}

/** Runs a generator to its end. */
export function finish<T>(run: Generator<unknown, T>): T {
  for (;;) {
    const step = run.next();
    if (step.done) return step.value;
  }
}
