import { selectPictures, type SelectedPictures } from '../../data/select.ts';
import type { Experiment } from '../../model/train/experiment.ts';
import type { DataKind } from '../../model/train/experiment-fields.ts';
import type { KeptSet } from '../../storage/data/set-store.ts';
import { loadSet } from '../data/jobs.ts';
import { RunRegistry } from './run-registry.ts';

/** The set that a document names, from the storage; null for generated pictures. */
export function foundSet({
  source,
  own,
}: {
  readonly source: DataKind;
  readonly own: string;
}): Promise<KeptSet | null> {
  if (source === 'shapes') return Promise.resolve(null);
  return loadSet(source === 'own' ? own : source);
}

async function loadPictures(data: Experiment['data']): Promise<SelectedPictures> {
  return selectPictures(data, await foundSet(data));
}

/** The runs that this worker has open: one list for all jobs. */
export const registry = new RunRegistry(loadPictures);
