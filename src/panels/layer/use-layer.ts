import { useStore } from 'zustand';
import { layerStore, type LayerActions, type LayerState } from '../../state/layer-store.ts';

/** Reads a part of the Layer panel's state and follows it. */
export function useLayer<T>(select: (state: LayerState & LayerActions) => T): T {
  return useStore(layerStore, select);
}
