import { l1BoxDisplacement } from './l1-projection.ts';
import { distance, lengthOf } from '../math/lengths.ts';
import type { AttackNorm } from '../model/attack/kinds.ts';

export { distance, lengthOf };

/** What an attack may do to an image: any image of [0, 1]ⁿ within ε of it. */
export interface ThreatModel {
  readonly norm: AttackNorm;
  readonly eps: number;
}

/** Of the reference: keeps a zero vector from being divided by its length. */
const LENGTH_GUARD = 1e-12;
const L1_LENGTH_GUARD = 1e-10;

/** Room for float32 images on the ball's surface, in units of ε and in absolute terms. */
const SURFACE = { relative: 1e-6, absolute: 1e-6 } as const;

/** NaN stays NaN. Comparisons, since this runs for every number of every image in every step. */
function clamp(value: number, least: number, most: number): number {
  return value < least ? least : value > most ? most : value;
}

/** Projections of z onto the ball of radius ε around x and then the box, in place. */
const PROJECT: Readonly<
  Record<AttackNorm, (z: Float64Array, x: Float32Array, eps: number) => void>
> = {
  linf: (z, x, eps) => {
    for (let at = 0; at < z.length; at++) {
      z[at] = clamp(clamp(z[at]!, x[at]! - eps, x[at]! + eps), 0, 1);
    }
  },
  // As in the reference: first the ball, then the box, which only shortens; not the nearest point
  // of the intersection.
  l2: (z, x, eps) => {
    let sum = 0;
    for (let at = 0; at < z.length; at++) sum += (z[at]! - x[at]!) ** 2;
    const length = Math.sqrt(sum);
    const factor = Math.min(length, eps) / (length + LENGTH_GUARD);
    for (let at = 0; at < z.length; at++) {
      z[at] = clamp(x[at]! + (z[at]! - x[at]!) * factor, 0, 1);
    }
  },
  l1: (z, x, eps) => {
    const y = z.map((one, at) => one - x[at]!);
    const moved = l1BoxDisplacement(x, y, eps);
    for (let at = 0; at < z.length; at++) z[at] = clamp(x[at]! + y[at]! + moved[at]!, 0, 1);
  },
};

/** Projects z, in place, onto the threat model around the clean image x. */
export function project({ norm, eps }: ThreatModel, z: Float64Array, x: Float32Array): void {
  PROJECT[norm](z, x, eps);
}

/** A step of length η along a gradient. */
export interface Step {
  readonly from: Float32Array;
  readonly gradient: Float32Array;
  /** η */
  readonly size: number;
}

/**
 * z + η s before any projection, where s is the steepest step of length 1: sign g for ℓ∞,
 * g / (‖g‖₂ + 1e-12) for ℓ2, and for ℓ1 sign g / ‖sign g‖₁ (g is made sparse by its caller).
 *
 * @param out Where the result is put; z and g are as long, and float32.
 */
export function stepped(
  norm: AttackNorm,
  { from: z, gradient, size }: Step,
  out: Float64Array = new Float64Array(z.length),
): Float64Array {
  if (norm === 'l2') {
    const factor = size / (lengthOf('l2', gradient) + LENGTH_GUARD);
    for (let at = 0; at < out.length; at++) out[at] = z[at]! + factor * gradient[at]!;
    return out;
  }
  const factor = norm === 'linf' ? size : size / (countMoving(gradient) + L1_LENGTH_GUARD);
  for (let at = 0; at < out.length; at++) out[at] = z[at]! + factor * Math.sign(gradient[at]!);
  return out;
}

function countMoving(gradient: Float32Array): number {
  let moving = 0;
  for (let at = 0; at < gradient.length; at++) moving += gradient[at] === 0 ? 0 : 1;
  return moving;
}

/**
 * A point on the sphere of radius ε in the direction t, cut to the box: APGD's random start for
 * ℓ∞ and ℓ2.
 */
export function onSphere(
  { norm, eps }: ThreatModel,
  x: Float32Array,
  t: ArrayLike<number>,
): Float64Array {
  const factor = eps / (lengthOf(norm, t) + LENGTH_GUARD);
  return Float64Array.from(x, (one, at) => clamp(one + factor * t[at]!, 0, 1));
}

/** Whether every number of an image lies in [0, 1]; false for NaN. */
function inBox(z: Float32Array): boolean {
  return z.every((one) => one >= 0 && one <= 1);
}

/**
 * Whether z is an image within ε of x. A float32 image on the surface may be a rounding beyond it:
 * 1e-6, and 1e-6 of ε, are allowed.
 */
export function isAllowed({ norm, eps }: ThreatModel, z: Float32Array, x: Float32Array): boolean {
  const most = eps * (1 + SURFACE.relative) + SURFACE.absolute;
  return inBox(z) && distance(norm, z, x) <= most;
}

/** @throws RangeError when ε is not a number from 0. */
export function checkThreat({ eps }: ThreatModel): void {
  if (!(eps >= 0 && Number.isFinite(eps)))
    throw new RangeError(`eps: ${eps} is not a radius; give a number from 0, such as 8/255.`);
}
