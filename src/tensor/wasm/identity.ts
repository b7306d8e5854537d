import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/**
 * Another tensor of the same numbers, which it shares, as on every other backend: the tape clones
 * each tensor that a gradient needs, and tfjs's own wasm kernel copies it (6 % of a RegNet's step).
 */
export function identity({
  inputs,
  backend,
}: {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly backend: unknown;
}): TensorInfo {
  const { dataId, shape, dtype } = inputs['x']!;
  (backend as BackendWasm).incRef(dataId);
  return { dataId, shape, dtype };
}
