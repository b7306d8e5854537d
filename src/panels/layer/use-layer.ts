import { useStore } from 'zustand';
import type { LayerData } from '../../state/layer-state.ts';
import { layerStore } from '../../state/layer-store.ts';

/** Reads a part of the Layer panel's state and follows it. */
export function useLayer<T>(select: (state: LayerData) => T): T {
  return useStore(layerStore, select);
}
