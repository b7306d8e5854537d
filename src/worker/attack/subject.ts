import { netTarget } from '../../attack/net-target.ts';
import type { AttackTarget } from '../../attack/target.ts';
import type { NetDescription } from '../../files/net-description-types.ts';
import { FileError, type NamedTensor } from '../../files/tensors.ts';
import { sha256 } from '../../math/sha256.ts';
import { paramsFromWeights, type Params } from '../../nn/params.ts';
import type { AttackSubject } from '../../model/attack/evaluation.ts';
import { dispose } from '../../tensor/engine.ts';
import { freeIdleBuffers } from '../../tensor/webgpu-device.ts';
import { weightsOf } from '../../train/trained-net.ts';
import { netOf } from '../net/jobs.ts';
import { registry } from '../train/open-runs.ts';

/** A net that can be attacked, as it is now. */
export interface OpenSubject {
  readonly name: string;
  readonly description: NetDescription;
  /** Its numbers, under PyTorch's names and in its layouts. */
  readonly tensors: readonly NamedTensor[];
  /** SHA-256 of description and numbers: the same net has the same. */
  readonly hash: string;
}

function hashOf(description: NetDescription, tensors: readonly NamedTensor[]): string {
  const hash = sha256();
  const { layers, input } = description;
  hash.update(new TextEncoder().encode(JSON.stringify({ layers, input })));
  for (const { name, data } of tensors) {
    hash.update(new TextEncoder().encode(name));
    const floats = Float32Array.from(data);
    hash.update(new Uint8Array(floats.buffer));
  }
  return hash.hex();
}

/**
 * The net of a run or an opened one, as it is now.
 *
 * @throws FileError when it is gone, or its description is not known.
 */
export async function openSubject({ kind, id }: AttackSubject): Promise<OpenSubject> {
  const found = kind === 'run' ? await subjectOfRun(id) : subjectOfNet(id);
  return { ...found, hash: hashOf(found.description, found.tensors) };
}

function subjectOfRun(id: string): Promise<Omit<OpenSubject, 'hash'>> {
  return registry.read(id, ({ labels, run: { net } }) => ({
    name: labels.name,
    description: net.description,
    tensors: weightsOf(net),
  }));
}

function subjectOfNet(id: string): Omit<OpenSubject, 'hash'> {
  const { name, description, weights } = netOf(id);
  if (description === null)
    throw new FileError(
      'missing-file',
      name,
      'how its layers follow each other is not known, so it cannot answer for an image; open it ' +
        'again together with its net description (JSON).',
    );
  return { name, description, tensors: weights.tensors };
}

/**
 * Computes with a net on the backend in use; its tensors are freed at the end, however that comes.
 *
 * @throws RangeError when it does not take images.
 */
export async function* withTarget<E, R>(
  { description, tensors }: OpenSubject,
  work: (target: AttackTarget) => AsyncGenerator<E, R, undefined>,
): AsyncGenerator<E, R, undefined> {
  const file = { format: 'safetensors' as const, tensors, skipped: [], metadata: {} };
  const params: Params = paramsFromWeights(description, file);
  try {
    return yield* work(netTarget(description, params));
  } finally {
    dispose(Object.values(params));
    freeIdleBuffers();
  }
}
