/** Thresholds of the trust card's checks, each with its reason. */

/** AutoAttack's: answers below 1 + this, above −this, and with sums of 1 ± this are probabilities. */
export const PROBABILITY_SLACK = 1e-5;

/**
 * AutoAttack's: ℓ2 distance of two answers, each divided by its length, up to which they are the
 * same. Rounding in float32 moves them by about 1e-6; a noisy layer or a batch's statistics by 1e-2.
 */
export const SAME_ANSWER = 1e-4;

/** AutoAttack's: share of all images that Square may break more than the gradient attacks did. */
export const SQUARE_SHARE = 0.002;

/**
 * Share of all images by which two short attacks may differ by chance: two seeds of the reference's
 * AutoAttack differ by up to 0.6 points on its 500 images.
 */
export const CHANCE_SHARE = 0.01;

/** Share of broken images that need not survive 8 bits: attacks that look for the border end there. */
export const ROUNDED_SHARE = 0.05;

/** −log 2^−126: beyond it e^−t, and with it float32's gradient of the cross-entropy, is no normal number. */
export const UNDERFLOW = 126 * Math.LN2;

/** Share of the right images that may be that sure. */
export const SATURATED_SHARE = 0.01;

/** Share of an evaluation's gradients that may be 0: points at which all units of a layer rest. */
export const ZERO_SHARE = 0.01;

/**
 * Step of the central differences. Rounding asks for a large one, ReLUs and maxima that switch
 * within it for a small one: at 2^−12 both move nine differences in ten by less than
 * GRADIENT_TOLERANCE on convolutional nets, with BatchNorm and without.
 */
export const DIFFERENCE_STEP = 2 ** -12;

/**
 * Noise on an image before its differences are taken: where neighbours are equal, as on a black
 * background, maxima of pooling tie, and one-sided derivatives differ.
 */
export const TIE_NOISE = 0.05;

/** Rounding of a logit in float32 behind a whole net, of the largest one: some 16 roundings. */
export const LOGIT_ROUNDING = 2 ** -20;

/**
 * Fraction of ‖g‖₂, the size of g·v for random signs v, by which difference and gradient may
 * differ.
 */
export const GRADIENT_TOLERANCE = 0.2;

/** Share of differences that may deviate more: where ReLUs and maxima switch within the step. */
export const KINK_SHARE = 0.1;

/** Width of the 95 % interval, in percentage points, up to which an accuracy is informative. */
export const INTERVAL_POINTS = 10;

/** A factor that float32 multiplies exactly, and that is about 1000. */
export const LOGIT_FACTOR = 1024;

/** Images of `n` that a share allows, at least one: so few images cannot tell it from none. */
export function allowed(share: number, n: number): number {
  return Math.ceil(share * n);
}
