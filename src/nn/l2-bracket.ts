import { l2Interval } from '../math/l2/interval.ts';
import type { ConvOperator } from '../math/operator.ts';
import type { L2Ends } from '../model/net/net.ts';

/** Seed of the vector that Lanczos starts from: any one will do, the same one gives the same numbers. */
const SEED = 1;

/** The certified interval of a layer's ℓ2 norm, told as it narrows. */
export function* bracketL2(op: ConvOperator, effort: 'quick' | 'full'): Generator<L2Ends, L2Ends> {
  const steps = l2Interval(op, { seed: SEED, effort });
  for (;;) {
    const step = steps.next();
    const { lower, upper } = step.done === true ? step.value : step.value.interval;
    if (step.done === true) return { lower, upper };
    yield { lower, upper };
  }
}
