import type { Tensor } from '../engine.ts';
import type { Plain } from './ops.oracle.ts';

/** One op with its inputs, as the backends compute it and as float64 does. */
export interface OpCase {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly op: (inputs: readonly Tensor[]) => Tensor;
  readonly oracle: (inputs: readonly Plain[]) => Plain;
}
