import type { BatchNorm2dDescription } from '../files/net-description-types.ts';
import { keep, type Tensor } from '../tensor/engine.ts';
import type { Moments } from '../tensor/ops/channels.ts';
import type { HeldTensor } from './trained-net.ts';

/** PyTorch's momentum of running statistics. */
const RUNNING_MOMENTUM = 0.1;

/** Statistics of one BatchNorm in one pass. */
interface Seen {
  readonly layer: BatchNorm2dDescription;
  readonly moments: Moments;
  readonly count: number;
}

function blend(into: Float32Array, now: ArrayLike<number>, factor: number): void {
  for (let at = 0; at < into.length; at++) {
    into[at] = (1 - RUNNING_MOMENTUM) * into[at]! + RUNNING_MOMENTUM * factor * now[at]!;
  }
}

/** BatchNorm's batch statistics in the passes of a step, in order. */
export class SeenMoments {
  readonly #seen: Seen[] = [];

  /** Records a batch's statistics; their tensors are kept for {@link tensors}. */
  readonly note = (layer: BatchNorm2dDescription, moments: Moments, count: number): void => {
    keep(moments.mean);
    keep(moments.variance);
    this.#seen.push({ layer, moments, count });
  };

  /** Mean and variance of each record in turn; the caller disposes of them. */
  get tensors(): Tensor[] {
    return this.#seen.flatMap(({ moments: { mean, variance } }) => [mean, variance]);
  }

  /**
   * Updates the running statistics, pass after pass. The running variance gets the unbiased one,
   * although the batch was normalized by the biased.
   *
   * @param numbers of {@link tensors}, read.
   */
  blendInto(running: readonly HeldTensor[], numbers: readonly ArrayLike<number>[]): void {
    const byName = new Map(running.map((one) => [one.name, one.values]));
    this.#seen.forEach(({ layer, count }, at) => {
      const unbiased = count > 1 ? count / (count - 1) : 1;
      blend(byName.get(layer.running_mean)!, numbers[2 * at]!, 1);
      blend(byName.get(layer.running_var)!, numbers[2 * at + 1]!, unbiased);
    });
  }
}
