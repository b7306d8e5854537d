import type { Tensor } from '../engine.ts';
import type { Plain } from './ops.oracle.ts';

/** One op with its inputs, as the backends compute it and as float64 does. */
export interface OpCase {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  /** Numbers of the inputs where normal ones would miss what the case is about. */
  readonly values?: readonly (readonly number[])[];
  readonly op: (inputs: readonly Tensor[]) => Tensor;
  readonly oracle: (inputs: readonly Plain[]) => Plain;
  /** Gradients of Σ weights · f where f has none in the strict sense (ties). */
  readonly oracleGradients?: (inputs: readonly Plain[], weights: Float64Array) => Float64Array[];
  /** For ops that no gradient passes through. */
  readonly withoutGradients?: true;
}
