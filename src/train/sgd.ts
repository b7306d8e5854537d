import type { Floats } from './parameter.ts';

/** Settings of a step; all may change between two steps. */
export interface SgdSettings {
  readonly learningRate: number;
  /** μ, from 0 to below 1. */
  readonly momentum: number;
  /** λ of coupled weight decay; 0 without. */
  readonly weightDecay: number;
}

/** The numbers of one parameter. `values` and `velocity` are changed in place. */
export interface SgdBuffers {
  readonly values: Floats;
  readonly velocity: Floats;
  readonly gradient: Floats;
}

/**
 * One step of SGD with momentum: v ← μv + (g + λθ), θ ← θ − lr·v. PyTorch's recursion (no damping,
 * no Nesterov); its first step, v = g, is this one from v = 0. In float32 each line is rounded
 * once, where PyTorch rounds every operation.
 *
 * @throws RangeError when the three arrays differ in length.
 */
export function sgdStep({ values, velocity, gradient }: SgdBuffers, settings: SgdSettings): void {
  if (values.length !== gradient.length || values.length !== velocity.length) {
    throw new RangeError(
      `gradient: ${gradient.length} numbers and momentum: ${velocity.length} numbers for a ` +
        `parameter of ${values.length}; give one each.`,
    );
  }
  const { learningRate, momentum, weightDecay } = settings;
  if (weightDecay === 0) plainStep({ values, velocity, gradient }, learningRate, momentum);
  else decayedStep({ values, velocity, gradient }, settings);
}

function plainStep(
  { values, velocity, gradient }: SgdBuffers,
  learningRate: number,
  momentum: number,
): void {
  for (let at = 0; at < values.length; at++) {
    const v = momentum * velocity[at]! + gradient[at]!;
    velocity[at] = v;
    values[at] = values[at]! - learningRate * v;
  }
}

function decayedStep(
  { values, velocity, gradient }: SgdBuffers,
  { learningRate, momentum, weightDecay }: SgdSettings,
): void {
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    const v = momentum * velocity[at]! + (gradient[at]! + weightDecay * value);
    velocity[at] = v;
    values[at] = value - learningRate * v;
  }
}

/** A learning rate that falls by a factor at some epochs. */
export interface StepSchedule {
  readonly learningRate: number;
  /** Epochs, counted from 0, from which on the rate is multiplied once more. */
  readonly milestones: readonly number[];
  /** 0.1 in the paper's experiments. */
  readonly factor: number;
}

/**
 * Learning rate of an epoch, counted from 0: rate · factor^(milestones reached).
 *
 * @see PyTorch's MultiStepLR.
 */
export function learningRateAt(
  { learningRate, milestones, factor }: StepSchedule,
  epoch: number,
): number {
  const reached = milestones.filter((milestone) => milestone <= epoch).length;
  return learningRate * factor ** reached;
}
