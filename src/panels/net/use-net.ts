import { useStore } from 'zustand';
import { netStore, type NetActions, type NetState } from '../../state/net/store.ts';

/** Reads a part of the net inspector's state and follows it. */
export function useNet<T>(select: (state: NetState & NetActions) => T): T {
  return useStore(netStore, select);
}
