import { selectImages, type SelectedImages } from '../../data/select.ts';
import type { Experiment } from '../../model/train/experiment.ts';
import type { DataKind } from '../../model/train/experiment-fields.ts';
import type { KeptSet } from '../../storage/data/set-store.ts';
import { loadSet } from '../data/jobs.ts';
import { RunStore } from '../../storage/train/run-store.ts';
import { RunRegistry } from './run-registry.ts';

/** The set that a document names, from the storage; null for generated images. */
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

async function loadImages(data: Experiment['data']): Promise<SelectedImages> {
  return selectImages(data, await foundSet(data));
}

/** The runs in the storage. */
export const runs = new RunStore();

/** The runs that this worker has in memory: one registry for all jobs. */
export const registry = new RunRegistry(runs, loadImages);
