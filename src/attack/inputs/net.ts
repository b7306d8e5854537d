import type { NetDescription } from '../../files/net-description-types.ts';
import { tensorsFromDescription } from '../../files/net-layers.ts';
import type { NamedTensor, WeightFile } from '../../files/tensors.ts';
import { netIdentity } from '../../nn/net-identity.ts';
import { paramsFromWeights } from '../../nn/params.ts';
import { dispose } from '../../tensor/engine.ts';
import { freeIdleBuffers } from '../../tensor/webgpu-device.ts';
import { netTarget } from '../net-target.ts';
import type { AttackTarget } from '../target.ts';
import { formerPageNet } from './former-identity.ts';

/** A net that can be attacked, as it is now. */
export interface OpenSubject {
  readonly name: string;
  readonly description: NetDescription;
  /** Its weights in PyTorch's layouts, by the names of the description. */
  readonly tensors: readonly NamedTensor[];
  /** `netIdentity`. */
  readonly hash: string;
  /** What earlier versions of the lab called the same net; computed on each call. */
  readonly former: () => readonly FormerNet[];
}

/** An identity that an earlier version of the lab gave to a net. */
export interface FormerNet {
  readonly hash: string;
  /** Where the id was a part of it: the command line's. */
  readonly id?: string;
}

/**
 * A net to attack, from its description and its weights.
 *
 * @param more Further identities that earlier versions may have given to it.
 * @throws FileError when the weights do not fit the description.
 */
export function openSubject(
  name: string,
  net: { readonly description: NetDescription; readonly weights: WeightFile },
  more: () => readonly FormerNet[] = () => [],
): OpenSubject {
  const { description, weights } = net;
  const tensors = tensorsFromDescription(description, weights);
  return {
    name,
    description,
    tensors,
    hash: netIdentity(description, tensors),
    former: () => [{ hash: formerPageNet(description, weights.tensors) }, ...more()],
  };
}

/** Tensors as a weight file in PyTorch's layouts. */
export function weightFileOf(tensors: readonly NamedTensor[]): WeightFile {
  return { format: 'safetensors', tensors, skipped: [], metadata: {} };
}

/**
 * A net on the backend in use; `free` frees its tensors.
 *
 * @throws RangeError as `netSides`.
 */
export function openTarget({ description, tensors }: OpenSubject): {
  readonly target: AttackTarget;
  readonly free: () => void;
} {
  const params = paramsFromWeights(description, weightFileOf(tensors));
  const free = (): void => {
    dispose(Object.values(params));
    freeIdleBuffers();
  };
  try {
    return { target: netTarget(description, params), free };
  } catch (error) {
    free();
    throw error;
  }
}

/**
 * Computes with a net on the backend in use; its tensors are freed at the end, however that comes.
 *
 * @throws RangeError as `netSides`.
 */
export async function* withTarget<E, R>(
  subject: OpenSubject,
  work: (target: AttackTarget) => AsyncGenerator<E, R, undefined>,
): AsyncGenerator<E, R, undefined> {
  const { target, free } = openTarget(subject);
  try {
    return yield* work(target);
  } finally {
    free();
  }
}
