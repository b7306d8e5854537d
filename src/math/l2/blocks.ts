import { isRealized, type Stencil, type StencilAxis } from './stencil.ts';

/**
 * An independent part of a layer: M is, up to the order of rows and columns, block diagonal over
 * groups and over the residues that a dilation keeps apart, and its norm is the largest of the
 * blocks' norms. Each block is an undilated convolution with one group (circular ones keep their
 * dilation), cut down to the taps, rows and columns that matter.
 */
export type Block = Stencil;

/** A reduced axis and the first tap of the original kernel that it keeps. */
interface Part {
  readonly axis: StencilAxis;
  readonly from: number;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** Number of x in [0, n) with x ≡ r (mod g). */
function countResidue(n: number, g: number, r: number): number {
  return Math.max(0, Math.ceil((n - r) / g));
}

/** Splits v into g·quotient + remainder with 0 <= remainder < g. */
function divide(v: number, g: number): [quotient: number, remainder: number] {
  const quotient = Math.floor(v / g);
  return [quotient, v - g * quotient];
}

/**
 * Keeps only x ≡ −p modulo the common divisor of stride and dilation: the others are never read.
 */
function withoutCommonDivisor(axis: StencilAxis): StencilAxis {
  const g = gcd(axis.s, axis.d);
  const [quotient, remainder] = divide(-axis.p, g);
  const n = countResidue(axis.n, g, remainder);
  return { ...axis, n, s: axis.s / g, d: axis.d / g, p: -quotient };
}

/**
 * With s and d coprime, outputs o ≡ r (mod d) read inputs of one residue only: d separate parts.
 */
function dilationParts(axis: StencilAxis): StencilAxis[] {
  return Array.from({ length: axis.d }, (_, r) => {
    const [quotient, remainder] = divide(axis.s * r - axis.p, axis.d);
    const n = countResidue(axis.n, axis.d, remainder);
    return { ...axis, n, m: countResidue(axis.m, axis.d, r), d: 1, p: -quotient };
  });
}

/** Cuts taps, outputs and inputs that meet nothing (undilated axis); null when nothing is left. */
function trimmed({ axis, from }: Part): Part | null {
  let [first, last] = [0, axis.k - 1];
  while (first <= last && !isRealized(axis, first)) first++;
  while (last > first && !isRealized(axis, last)) last--;
  if (first > last || axis.n < 1 || axis.m < 1) return null;
  const k = last - first + 1;
  const p = axis.p - first;
  const o = Math.max(0, Math.ceil((p - k + 1) / axis.s));
  const m = Math.min(axis.m - 1, Math.floor((axis.n - 1 + p) / axis.s)) - o + 1;
  const offset = p - axis.s * o;
  const x = Math.max(0, -offset);
  const n = Math.min(axis.n, axis.s * (m - 1) + k - offset) - x;
  return { axis: { ...axis, n, m, k, p: offset + x }, from: from + first };
}

/** Windows that do not overlap are independent; one that sees every tap has the largest norm. */
function decoupled({ axis, from }: Part): Part {
  if (axis.k > axis.s) return { axis, from };
  const first = Math.max(0, Math.ceil(axis.p / axis.s));
  const whole = first < axis.m && axis.s * first - axis.p + axis.k <= axis.n;
  return whole ? { axis: { ...axis, n: axis.k, m: 1, s: 1, p: 0 }, from } : { axis, from };
}

function isInside(a: Part, b: Part): boolean {
  const same =
    a.from === b.from && a.axis.k === b.axis.k && a.axis.s === b.axis.s && a.axis.p === b.axis.p;
  return same && a.axis.n <= b.axis.n && a.axis.m <= b.axis.m;
}

function partsOf(axis: StencilAxis): Part[] {
  if (axis.circular) return [{ axis, from: 0 }];
  const parts = dilationParts(withoutCommonDivisor(axis))
    .map((part) => trimmed({ axis: part, from: 0 }))
    .filter((part) => part !== null)
    .map(decoupled);
  return parts.filter(
    (part, at) =>
      !parts.some(
        (other, index) =>
          index !== at && isInside(part, other) && (index < at || !isInside(other, part)),
      ),
  );
}

/** True when a part keeps every tap of its axis. */
function keepsAll({ axis, from }: Part, whole: StencilAxis): boolean {
  const taps = Array.from({ length: whole.k }, (_, a) => a);
  return from === 0 && axis.k === whole.k && taps.every((a) => isRealized(axis, a));
}

function cutWeights(
  whole: Stencil,
  group: number,
  parts: readonly [Part, Part],
): Stencil['weights'] {
  const { cIn, cOut, weights } = whole;
  // A dense layer can hold 10⁸ weights: share them where nothing is cut.
  if (keepsAll(parts[0], whole.axes[0]) && keepsAll(parts[1], whole.axes[1])) {
    const size = weights.length / whole.groups;
    return weights.subarray(group * size, (group + 1) * size);
  }
  const [k1, k2] = [parts[0].axis.k, parts[1].axis.k];
  const [w1, w2] = [whole.axes[0].k, whole.axes[1].k];
  const out = new Float64Array(cOut * cIn * k1 * k2);
  for (let channel = 0; channel < cOut * cIn; channel++) {
    for (let a = 0; a < k1; a++) {
      if (!isRealized(parts[0].axis, a)) continue;
      for (let b = 0; b < k2; b++) {
        if (!isRealized(parts[1].axis, b)) continue;
        const from = group * cOut * cIn * w1 * w2 + (channel * w1 + a + parts[0].from) * w2;
        out[(channel * k1 + a) * k2 + b] = weights[from + b + parts[1].from]!;
      }
    }
  }
  return out;
}

/**
 * The blocks of a layer whose largest norm is the layer's norm; blocks that are all zero are left
 * out, so a zero layer has none.
 */
export function blocksOf(whole: Stencil): Block[] {
  const blocks: Block[] = [];
  for (const first of partsOf(whole.axes[0])) {
    for (const second of partsOf(whole.axes[1])) {
      for (let group = 0; group < whole.groups; group++) {
        const weights = cutWeights(whole, group, [first, second]);
        if (weights.every((value) => value === 0)) continue;
        blocks.push({ ...whole, groups: 1, axes: [first.axis, second.axis], weights });
      }
    }
  }
  return blocks;
}
