import type { NetDescription } from '../files/net-description-types.ts';
import { initialWeights } from './initial-weights.ts';
import { paramsFromWeights, type Params } from './params.ts';

/** {@link initialWeights} as tensors of the backend in use; the caller disposes of them. */
export function initialParams(net: NetDescription, seed: number): Params {
  return paramsFromWeights(net, initialWeights(net, seed));
}
