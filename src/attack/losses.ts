/**
 * Losses that attacks maximise, from the logits z of one image, in float64.
 *
 * Where a net is confident, the cross-entropy and its gradient underflow: a float32 attack then
 * does not move, and the net only seems robust. So a loss is compared by its *rank*, an increasing
 * function of its value that does not underflow, and its gradient by z is given as a direction,
 * whose largest entry is 1, times a scale.
 */

/** Losses by name. `ce-targeted` and `dlr-targeted` go towards the class `target`. */
export type LossName = 'ce' | 'ce-targeted' | 'dlr' | 'dlr-targeted' | 'margin';

/** The classes that a loss refers to. */
export interface LossClasses {
  /** The true class y. */
  readonly label: number;
  /** The target class τ of a targeted loss; unused by the others. */
  readonly target?: number;
}

/** A loss at one image's logits. */
export interface LossAt {
  /** Grows with the loss, and stays apart where values do not; see `lossValue`. */
  readonly rank: number;
  /** ∂L/∂z divided by `scale`: its largest absolute entry is 1, or all are 0. */
  readonly direction: Float64Array;
  /** The largest absolute entry of ∂L/∂z; 0 where it underflows float64. */
  readonly scale: number;
}

interface Loss {
  /** Fewest classes for which the loss is defined. */
  readonly leastClasses: number;
  readonly at: (z: ArrayLike<number>, classes: LossClasses) => LossAt;
  /** The loss of a rank. */
  readonly value: (rank: number) => number;
  /** The rank of a loss of 0: what APGD's first checkpoint compares with. */
  readonly zeroRank: number;
}

/** Of the reference: keeps ties among the largest logits from dividing by 0. */
const TIE_GUARD = 1e-12;

/** The first of the largest numbers: −1 where one is NaN, so that no class is right. */
export function firstLargest(z: ArrayLike<number>): number {
  let top = 0;
  for (let c = 0; c < z.length; c++) {
    if (Number.isNaN(z[c])) return -1;
    if (z[c]! > z[top]!) top = c;
  }
  return top;
}

/** Class of the largest logit but one class; of equal ones the first. */
function largestBut(z: ArrayLike<number>, left: number): number {
  let top = left === 0 ? 1 : 0;
  for (let c = 0; c < z.length; c++) if (c !== left && z[c]! > z[top]!) top = c;
  return top;
}

/** Classes by falling logit; of equal ones the first comes first. */
export function byFallingLogit(z: ArrayLike<number>): number[] {
  return Array.from(z, (_, c) => c).sort((a, b) => z[b]! - z[a]! || a - b);
}

/** The margin z_y − max over c ≠ y of z_c: positive where the answer is right. */
export function margin(z: ArrayLike<number>, label: number): number {
  return z[label]! - z[largestBut(z, label)]!;
}

// Plain loops from here on: the loss is computed for every image in every step of every attack.

/** Classes of the `count` largest logits, falling; of equal ones the first comes first. */
function topClasses(z: ArrayLike<number>, count: number): number[] {
  const top: number[] = [];
  for (let c = 0; c < z.length; c++) {
    let at = top.length;
    while (at > 0 && z[c]! > z[top[at - 1]!]!) at -= 1;
    if (at === count) continue;
    if (top.length === count) top.pop();
    top.splice(at, 0, c);
  }
  return top;
}

/** Divides by the largest absolute entry, which it returns. */
function normalize(direction: Float64Array): number {
  let scale = 0;
  for (let c = 0; c < direction.length; c++) scale = Math.max(scale, Math.abs(direction[c]!));
  if (!(scale > 0)) return scale;
  for (let c = 0; c < direction.length; c++) direction[c] = direction[c]! / scale;
  return scale;
}

/**
 * Cross-entropy is log(1 + eᵗ) with t = log Σ_{c≠y} exp(z_c) − z_y, and its gradient σ(t) times
 * (p_c / Σ_{c≠y} p_c, −1 at y): t is the rank, the bracket the direction.
 */
function crossEntropy(z: ArrayLike<number>, label: number): LossAt {
  const top = z[largestBut(z, label)]!;
  const direction = new Float64Array(z.length);
  let sum = 0;
  for (let c = 0; c < z.length; c++) {
    direction[c] = c === label ? 0 : Math.exp(z[c]! - top);
    sum += direction[c]!;
  }
  for (let c = 0; c < direction.length; c++) direction[c] = direction[c]! / sum;
  direction[label] = -1;
  const rank = top + Math.log(sum) - z[label]!;
  return { rank, direction, scale: 1 / (1 + Math.exp(-rank)) };
}

/** log(1 + eᵗ), to the last digits at both ends. */
function softplus(t: number): number {
  return Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));
}

/** log softmax of a class: minus its cross-entropy. */
function towards(z: ArrayLike<number>, target: number): LossAt {
  const { rank, direction, scale } = crossEntropy(z, target);
  return { rank: -rank, direction: direction.map((one) => -one), scale };
}

/** Denominators: places among the falling logits, and their weights. */
interface Denominator {
  readonly places: readonly number[];
  readonly weights: readonly number[];
}
const DLR: Denominator = { places: [0, 2], weights: [1, -1] };
const TARGETED_DLR: Denominator = { places: [0, 2, 3], weights: [1, -0.5, -0.5] };

/** −(z_y − z_o) / (Σ_k a_k z_(k) + 1e-12). */
function logitsRatio(
  z: ArrayLike<number>,
  { label, other }: { readonly label: number; readonly other: number },
  { places, weights }: Denominator,
): LossAt {
  const top = topClasses(z, places.at(-1)! + 1);
  let spread = TIE_GUARD;
  for (let k = 0; k < places.length; k++) spread += weights[k]! * z[top[places[k]!]!]!;
  const rank = -(z[label]! - z[other]!) / spread;
  const direction = new Float64Array(z.length);
  direction[label]! -= 1;
  direction[other]! += 1;
  for (let k = 0; k < places.length; k++) direction[top[places[k]!]!]! -= rank * weights[k]!;
  return { rank, direction, scale: normalize(direction) / spread };
}

const LOSSES: Readonly<Record<LossName, Loss>> = {
  ce: {
    leastClasses: 2,
    at: (z, { label }) => crossEntropy(z, label),
    value: softplus,
    zeroRank: -Infinity,
  },
  'ce-targeted': {
    leastClasses: 2,
    at: (z, classes) => towards(z, targetOf(classes)),
    value: (rank) => -softplus(-rank),
    zeroRank: Infinity,
  },
  dlr: {
    leastClasses: 3,
    at: (z, { label }) => {
      return logitsRatio(z, { label, other: largestBut(z, label) }, DLR);
    },
    value: (rank) => rank,
    zeroRank: 0,
  },
  'dlr-targeted': {
    leastClasses: 4,
    at: (z, classes) => {
      const pair = { label: classes.label, other: targetOf(classes) };
      return logitsRatio(z, pair, TARGETED_DLR);
    },
    value: (rank) => rank,
    zeroRank: 0,
  },
  margin: {
    leastClasses: 2,
    at: (z, { label }) => {
      const other = largestBut(z, label);
      const direction = new Float64Array(z.length);
      direction[label] = -1;
      direction[other] = 1;
      return { rank: z[other]! - z[label]!, direction, scale: 1 };
    },
    value: (rank) => rank,
    zeroRank: 0,
  },
};

function targetOf({ target }: LossClasses): number {
  if (target === undefined) throw new RangeError('target: a targeted loss needs a target class.');
  return target;
}

/**
 * A loss at logits z: its rank, and its gradient by z.
 *
 * - `ce`: −log softmax_y.
 * - `ce-targeted`: log softmax_τ, so that it grows towards τ.
 * - `dlr`: −(z_y − max_{c≠y} z_c) / (z₍₁₎ − z₍₃₎ + 1e-12), from 3 classes.
 * - `dlr-targeted`: −(z_y − z_τ) / (z₍₁₎ − ½(z₍₃₎ + z₍₄₎) + 1e-12), from 4 classes.
 * - `margin`: max_{c≠y} z_c − z_y, what is left to 2 classes.
 *
 * @throws RangeError for a targeted loss without a target.
 * @see Croce & Hein 2020, "Reliable evaluation of adversarial robustness with an ensemble of
 * diverse parameter-free attacks", Eq. (6) and (7).
 */
export function lossAt(name: LossName, z: ArrayLike<number>, classes: LossClasses): LossAt {
  return LOSSES[name].at(z, classes);
}

/** The loss of a rank; may be 0 where ranks still differ. */
export function lossValue(name: LossName, rank: number): number {
  return LOSSES[name].value(rank);
}

/** The rank of a loss of 0. */
export function zeroRank(name: LossName): number {
  return LOSSES[name].zeroRank;
}

/**
 * The loss that stands in for one that needs more classes than there are: untargeted DLR for the
 * targeted one with 3 classes, the margin for both with 2.
 */
export function lossFor(name: LossName, classes: number): LossName {
  if (classes >= LOSSES[name].leastClasses) return name;
  return classes >= LOSSES.dlr.leastClasses ? 'dlr' : 'margin';
}
