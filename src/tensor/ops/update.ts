import { add, mul } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from '../engine.ts';
import { ADD_SCALED } from '../kernel-names.ts';

/** a + factor · b, equal shapes, without a gradient: the step of an optimiser. */
export function addScaled(a: Tensor, factor: number, b: Tensor): Tensor {
  return hasKernel(ADD_SCALED)
    ? runKernel(ADD_SCALED, { a, b }, { factor })
    : add(a, mul(b, factor));
}
