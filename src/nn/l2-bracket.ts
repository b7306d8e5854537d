import { l2Interval } from '../math/l2/interval.ts';
import type { ConvOperator } from '../math/operator.ts';
import type { L2Ends } from '../model/net/net.ts';
import { mapStepsSync } from '../kit/steps/sync.ts';

/** Seed of the vector that Lanczos starts from: any one will do, the same one gives the same numbers. */
const SEED = 1;

/** The certified interval of a layer's ℓ2 norm, yielded as it narrows. */
export function* bracketL2(op: ConvOperator, effort: 'quick' | 'full'): Generator<L2Ends, L2Ends> {
  const steps = l2Interval(op, { seed: SEED, effort });
  const ends = ({ lower, upper }: L2Ends): L2Ends => ({ lower, upper });
  return ends(yield* mapStepsSync(steps, ({ interval }) => ends(interval)));
}
