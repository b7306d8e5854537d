import {
  openSubject as subjectOf,
  weightFileOf,
  type OpenSubject,
} from '../../attack/inputs/net.ts';
import { FileError } from '../../files/tensors.ts';
import type { AttackSubject } from '../../model/attack/evaluation.ts';
import { weightsOf } from '../../train/trained-net.ts';
import { netOf } from '../net/jobs.ts';
import { registry } from '../train/open-runs.ts';

/**
 * The current net of a run, or an opened net.
 *
 * @throws FileError when it is gone, or its description is not known.
 */
export async function openSubject({ kind, id }: AttackSubject): Promise<OpenSubject> {
  return kind === 'run' ? subjectOfRun(id) : subjectOfNet(id);
}

function subjectOfRun(id: string): Promise<OpenSubject> {
  return registry.read(id, ({ labels, run: { net } }) => {
    const weights = weightFileOf(weightsOf(net));
    return subjectOf(labels.name, { description: net.description, weights });
  });
}

function subjectOfNet(id: string): OpenSubject {
  const { name, description, weights } = netOf(id);
  if (description === null)
    throw new FileError(
      'missing-file',
      name,
      'how its layers follow each other is not known, so it cannot answer for an image; open it ' +
        'again together with its net description (JSON).',
    );
  return subjectOf(name, { description, weights });
}
