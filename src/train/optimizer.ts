import { zerosLike, type Floats, type Parameter } from './parameter.ts';
import { refreshLayer } from './regularizers/norm-decay.ts';
import { regularizerOf } from './regularizers/table.ts';
import type { RegularizerKind, RegularizerSettings } from '../model/train/regularizer.ts';
import type { RegularizerState } from './regularizers/types.ts';
import { sgdStep } from './sgd.ts';

/** Parameters under training, and all state kept between two steps. */
export interface Optimizer {
  readonly parameters: readonly Parameter[];
  /** PyTorch's momentum buffers, one beside each parameter. */
  readonly velocity: readonly Floats[];
  readonly kind: RegularizerKind;
  readonly state: RegularizerState;
}

/** Input of one step; rates and strengths may change from step to step. */
export interface OptimizerStep<K extends RegularizerKind = RegularizerKind> {
  /** ∂loss/∂parameter, one beside each parameter; the regularizer adds to them in place. */
  readonly gradients: readonly Floats[];
  readonly learningRate: number;
  readonly momentum: number;
  readonly regularizer: RegularizerSettings<K>;
  /** Place of the batch in its epoch, from 0. */
  readonly batch: number;
}

/** An optimizer at rest: momentum and h are zero. */
export function startOptimizer<K extends RegularizerKind>(
  parameters: readonly Parameter[],
  settings: RegularizerSettings<K>,
): Optimizer {
  return {
    parameters,
    velocity: parameters.map(({ values }) => zerosLike(values)),
    kind: settings.kind,
    state: regularizerOf(settings).start(parameters, settings),
  };
}

/**
 * One step: the regularizer's gradient at the weights as they are, its clipping if it clips before
 * the step, SGD with momentum on every parameter, its clipping if it clips afterwards. All in
 * place, on buffers made by {@link startOptimizer}. Yields only while it clips, the fraction done.
 *
 * @throws RangeError when the gradients do not fit the parameters, or the settings name another
 * regularizer than the one that was started.
 */
export function* optimizerStep<K extends RegularizerKind>(
  { parameters, velocity, kind, state }: Optimizer,
  { gradients, learningRate, momentum, regularizer: settings, batch }: OptimizerStep<K>,
): Generator<number, void> {
  checkStep(parameters, gradients);
  if (kind !== settings.kind) {
    throw new RangeError(
      `regularizer = ${settings.kind}: the optimizer was started with ${kind}; start a new one.`,
    );
  }
  const regularizer = regularizerOf(settings);
  const step = { parameters, gradients, state, settings, batch };
  regularizer.addGradients(step);
  yield* regularizer.beforeStep(step);
  const sgd = { learningRate, momentum, weightDecay: regularizer.coupledDecay(settings) };
  for (let at = 0; at < parameters.length; at++) {
    const { values } = parameters[at]!;
    sgdStep({ values, velocity: velocity[at]!, gradient: gradients[at]! }, sgd);
  }
  yield* regularizer.afterStep(step);
}

function checkStep(parameters: readonly Parameter[], gradients: readonly Floats[]): void {
  if (gradients.length !== parameters.length) {
    throw new RangeError(
      `gradients: ${gradients.length} arrays for ${parameters.length} parameters; give one each.`,
    );
  }
  parameters.forEach(({ name, values }, at) => {
    if (gradients[at]!.length !== values.length) {
      throw new RangeError(
        `gradient of ${name}: ${gradients[at]!.length} numbers for ${values.length}; give one each.`,
      );
    }
  });
}

/** Name of an array kept between steps: momentum.PARAMETER, or norm_decay.PARAMETER for h. */
export type BufferName = `momentum.${string}` | `norm_decay.${string}`;

/** An array that a checkpoint has to hold; the very array, not a copy. */
export interface OptimizerBuffer {
  readonly name: BufferName;
  readonly values: Floats;
}

/** Everything besides the parameters that later steps depend on. */
export function optimizerBuffers({ parameters, velocity, state }: Optimizer): OptimizerBuffer[] {
  return [
    ...parameters.map(({ name }, at): OptimizerBuffer => ({
      name: `momentum.${name}`,
      values: velocity[at]!,
    })),
    ...state.layers.map(({ name, h }): OptimizerBuffer => ({
      name: `norm_decay.${name}`,
      values: h,
    })),
  ];
}

/**
 * Restores saved buffers into an optimizer of the same net and regularizer.
 *
 * @throws RangeError when one is missing or has another length; nothing is changed then.
 */
export function restoreBuffers(
  optimizer: Optimizer,
  saved: Readonly<Record<string, ArrayLike<number>>>,
): void {
  const buffers = optimizerBuffers(optimizer);
  for (const { name, values } of buffers) {
    const found = saved[name];
    if (found?.length !== values.length) {
      throw new RangeError(
        `${name}: ${found?.length ?? 'no'} numbers are saved, ${values.length} are needed; ` +
          'restore a checkpoint of the same net and regularizer.',
      );
    }
  }
  for (const { name, values } of buffers) values.set(saved[name]!);
  optimizer.state.layers.forEach(refreshLayer);
}
