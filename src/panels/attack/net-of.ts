import { useStore } from 'zustand';
import type { AttackSubject } from '../../model/attack/evaluation.ts';
import { netStore } from '../../state/net/store.ts';
import { runStore } from '../../state/train/store.ts';

/** Place of a net's colour among the categorical ones; null when the net is not here any more. */
export function useNetColor({
  kind,
  id,
  name,
}: AttackSubject & { readonly name: string }): number | null {
  const ofRun = useStore(
    runStore,
    ({ runs }) => runs.find(({ summary }) => summary.id === id)?.summary.labels.color ?? null,
  );
  // Nets that are opened in another visit take the same ids again: the name has to be the same, too.
  const ofNet = useStore(
    netStore,
    ({ nets }) =>
      nets.find(({ summary }) => summary.id === id && summary.name === name)?.color ?? null,
  );
  return kind === 'run' ? ofRun : ofNet;
}
