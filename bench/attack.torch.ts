import type { EvaluationSet } from '../src/attack/evaluation-set.ts';
import { readReferenceNet } from '../src/nn/testing/reference-nets.ts';
import { nhwcToNchw } from '../src/tensor/layouts.ts';
import type { ReferenceRun } from './attack.fixtures.ts';
import type { Stands } from './attack.replay.ts';
import { hasTorch, runTorch } from './torch.run.ts';

/** What stands after each of the two attacks, by seed. */
export interface Seeded extends Stands {
  readonly seed: number;
}

/** @throws Error without PyTorch */
export function needTorch(): void {
  if (!hasTorch()) throw new Error('python3 has no PyTorch: put one that has it on the path.');
}

/**
 * The standard list's APGD-CE and APGD-T in PyTorch, on the net of a run: written apart from the lab's,
 * with the reference's draws, which start again with each batch.
 */
export async function apgdInTorch(
  { net: name, norm, eps }: ReferenceRun,
  job: { readonly set: EvaluationSet; readonly batch: number; readonly seeds: readonly number[] },
): Promise<Seeded[]> {
  const { net, weights } = await readReferenceNet(name);
  const { set, batch, seeds } = job;
  const count = set.indices.length;
  const [channels = 0, height = 0, width = 0] = net.input.shape;
  const data = nhwcToNchw(set.images, [count, height, width, channels]);
  const images = { name: 'images', shape: [count, channels, height, width], data };
  const settings = { net, labels: Array.from(set.labels), norm, eps, batch, seeds };
  return runTorch('attack.torch.py', settings, [...weights.tensors, images]) as Seeded[];
}
