import type { DecayStep, RunKernel, RunLayer } from '../../../model/train/run.ts';

/** A weight K[i, j, k, t]; j counts within the group of i. A dense layer has one tap. */
export interface WeightPlace {
  readonly i: number;
  readonly j: number;
  readonly k: number;
  readonly t: number;
}

/** Sizes of a weight: outputs, inputs (of a group), taps on both axes. */
export interface WeightSizes {
  readonly outputs: number;
  readonly inputs: number;
  readonly taps: readonly [number, number];
}

/** A kernel with what norm decay is going to do to it. */
export interface DecayedKernel extends RunKernel {
  readonly h: Float32Array;
  readonly decay: DecayStep;
}

/** Whether norm decay acts on the layer. */
export function isDecayed(kernel: RunKernel): kernel is DecayedKernel {
  return kernel.h !== null && kernel.decay !== null;
}

/** Sizes of a layer's weight; a dense layer's one tap included. */
export function sizesOf({ weightShape }: RunLayer): WeightSizes {
  const [outputs = 0, inputs = 0, k1 = 1, k2 = 1] = weightShape;
  return { outputs, inputs, taps: [k1, k2] };
}

/** Place of a weight in the kernel's arrays. */
export function indexOf({ inputs, taps }: WeightSizes, { i, j, k, t }: WeightPlace): number {
  return ((i * inputs + j) * taps[0] + k) * taps[1] + t;
}

/** The weight at a place of the kernel's arrays. */
export function placeAt({ inputs, taps: [k1, k2] }: WeightSizes, at: number): WeightPlace {
  const [pair, tap] = [Math.floor(at / (k1 * k2)), at % (k1 * k2)];
  return {
    i: Math.floor(pair / inputs),
    j: pair % inputs,
    k: Math.floor(tap / k2),
    t: tap % k2,
  };
}

/** Output and input (of its group) channels that the column or row goes through: [from, to). */
export interface SliceChannels {
  readonly outputs: readonly [number, number];
  readonly inputs: readonly [number, number];
}

/** Channels of the weights that attain the norm; see {@link DecayStep}. */
export function sliceChannels(
  { side, channel, groups }: DecayStep,
  { outputs, inputs }: WeightSizes,
): SliceChannels {
  if (side === 'rows') return { outputs: [channel, channel + 1], inputs: [0, inputs] };
  const each = outputs / groups;
  const group = Math.floor(channel / inputs);
  const j = channel % inputs;
  return { outputs: [group * each, (group + 1) * each], inputs: [j, j + 1] };
}

/** The weights on the column or row of M that attains the norm: places in the arrays, rising. */
export function sliceOf({ decay, layer }: DecayedKernel): ReadonlySet<number> {
  const sizes = sizesOf(layer);
  const { outputs, inputs } = sliceChannels(decay, sizes);
  const area = sizes.taps[0] * sizes.taps[1];
  const places = new Set<number>();
  for (let i = outputs[0]; i < outputs[1]; i++) {
    for (let j = inputs[0]; j < inputs[1]; j++) {
      for (const tap of decay.taps) places.add((i * sizes.inputs + j) * area + tap);
    }
  }
  return places;
}

/** What h is multiplied by before it is added to the gradient: β/N, or β as the authors' code. */
export function pushScale({ mode, beta, layers }: DecayStep): number {
  return mode === 'paper' ? beta / layers : beta;
}

/** Below this h is 0 (rule T3). */
const NOTHING = 2 ** -100;

/**
 * A weight's h after the next step, in float32 as the optimizer keeps it: γh + (1 − γ)p as printed;
 * as released γh, and sign(K) on the column or row that attains the norm.
 *
 * @see Liang & Huang 2021, Algorithm 1.
 */
export function nextH({ h, values, decay }: DecayedKernel, at: number, chosen: boolean): number {
  const kept = Math.fround(decay.gamma * h[at]!);
  const faded = Math.abs(kept) < NOTHING ? 0 : kept;
  if (!chosen) return faded;
  const sign = Math.sign(values[at]!);
  return decay.mode === 'repo' ? sign : Math.fround(faded + (1 - decay.gamma) * sign);
}

/** A step that was taken: the kernel before and after it. */
export interface TakenStep {
  readonly before: DecayedKernel;
  readonly after: DecayedKernel;
}

/** ∂L/∂K of the step that was taken, from what it did to v: ∇L = v′ − μv − (β/N)h′. */
export function lossGradient({ before, after }: TakenStep, at: number): number {
  const { momentum, velocity, decay } = before;
  return after.velocity[at]! - momentum * velocity[at]! - pushScale(decay) * after.h[at]!;
}

/** The place of largest size among some (the first of them); −1 for none. */
export function largestAmong(places: Iterable<number>, value: (at: number) => number): number {
  let [found, most] = [-1, -1];
  for (const at of places) {
    const size = Math.abs(value(at));
    if (size > most) [found, most] = [at, size];
  }
  return found;
}
