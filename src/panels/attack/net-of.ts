import { useStore } from 'zustand';
import type { AttackSubject } from '../../model/attack/evaluation.ts';
import { netStore } from '../../state/net/store.ts';
import { runStore } from '../../state/train/store.ts';

/** Index of a net's categorical colour; null when the net is no longer available. */
export function useNetColor({
  kind,
  id,
  name,
}: AttackSubject & { readonly name: string }): number | null {
  const ofRun = useStore(
    runStore,
    ({ runs }) => runs.find(({ summary }) => summary.id === id)?.summary.labels.color ?? null,
  );
  // Nets opened in another visit reuse ids, so the name must match, too.
  const ofNet = useStore(
    netStore,
    ({ nets }) =>
      nets.find(({ summary }) => summary.id === id && summary.name === name)?.color ?? null,
  );
  return kind === 'run' ? ofRun : ofNet;
}
