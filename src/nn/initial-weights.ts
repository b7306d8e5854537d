import type { NetDescription } from '../files/net-description-types.ts';
import type { NamedTensor, WeightFile } from '../files/tensors.ts';
import { fillUniform } from '../math/random.ts';
import { netParameters, type NetParameter, type ParameterKind } from './net-parameters.ts';

/**
 * The stream of random numbers of a tensor: its name's 32-bit FNV-1a hash, so that its values
 * depend on the seed and on its name, not on which layers stand before it.
 *
 * @see Fowler, Noll & Vo, "The FNV non-cryptographic hash algorithm".
 */
export function streamOfName(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}

/** What BatchNorm starts with. */
const CONSTANTS: Readonly<Partial<Record<ParameterKind, number>>> = {
  gamma: 1,
  beta: 0,
  'running-mean': 0,
  'running-var': 1,
};

function initialValues({ name, kind, shape, fanIn }: NetParameter, seed: number): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  if (fanIn === null) return values.fill(CONSTANTS[kind] ?? 0);
  const bound = 1 / Math.sqrt(fanIn);
  fillUniform({ seed, stream: streamOfName(name) }, values);
  for (let at = 0; at < values.length; at++) values[at] = (2 * values[at]! - 1) * bound;
  return values;
}

/**
 * PyTorch's default initialization: weights and biases of convolutions and dense layers uniform in
 * ±1/√fan_in, BatchNorm with γ = 1, β = 0, running mean 0 and variance 1. The same seed gives the
 * same numbers everywhere; layouts are PyTorch's.
 *
 * @param seed A whole number from 0 to 2⁵³ − 1.
 * @see torch.nn.Conv2d.reset_parameters (kaiming_uniform with a = √5).
 */
export function initialWeights(net: NetDescription, seed: number): WeightFile {
  const tensors = netParameters(net).map((parameter): NamedTensor => {
    const { name, shape } = parameter;
    return { name, dtype: 'F32', shape, data: initialValues(parameter, seed) };
  });
  return { format: 'safetensors', tensors, skipped: [], metadata: {} };
}
