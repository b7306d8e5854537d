import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { StoredSet } from '../../../model/data/jobs.ts';
import type { DataKind } from '../../../model/train/experiment-fields.ts';
import type { Experiment } from '../../../model/train/experiment.ts';
import {
  dataStore,
  missingFor,
  type DataActions,
  type DataState,
  type MissingImages,
} from '../../../state/data/store.ts';
import { runStore } from '../../../state/train/store.ts';

/** Reads a part of the data sets' state and follows it. */
export function useData<T>(select: (state: DataState & DataActions) => T): T {
  return useStore(dataStore, select);
}

/** Images that a run can learn from and be tested on; own ones are split by the run. */
export function capacity({ train, test, own }: StoredSet): { train: number; test: number } {
  if (test > 0 || !own) return { train, test };
  const kept = Math.floor(train / 5);
  return { train: train - kept, test: kept };
}

/** An experiment's images when it uses a set: counts that it cannot give become all. */
function dataOf(set: StoredSet, before: Experiment['data']): Experiment['data'] {
  const most = capacity(set);
  return {
    ...before,
    source: set.own ? 'own' : (set.name as DataKind),
    own: set.own ? set.name : '',
    train: before.train > most.train ? 0 : before.train,
    test: before.test > most.test ? 0 : before.test,
  };
}

/** Lets the new run learn from a set. */
export function chooseSet(set: StoredSet): void {
  const { draft, setDraft } = runStore.getState();
  setDraft({ ...draft, data: dataOf(set, draft.data) });
}

/** Fetches a known set, and lets the new run learn from it when it has come. */
export async function fetchAndChoose(id: string): Promise<void> {
  const set = await dataStore.getState().fetch(id);
  if (set !== null) chooseSet(set);
}

/** What the form's experiment lacks: its images; null when they are there. */
export function useMissing(): MissingImages | null {
  const data = useStore(runStore, ({ draft }) => draft.data);
  const listing = useData((state) => state.listing);
  return useMemo(() => missingFor(data, listing), [data, listing]);
}
