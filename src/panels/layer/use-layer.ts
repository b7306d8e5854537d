import { useStore } from 'zustand';
import type { Focus } from '../../model/layer/focus.ts';
import type { LayerReport } from '../../model/jobs.ts';
import { focusFits } from '../../state/layer/focus-fits.ts';
import type { LayerData } from '../../state/layer/state.ts';
import { layerStore } from '../../state/layer/store.ts';
import { useStaged } from '../../ui/use-staged.ts';

/** Reads a part of the Layer panel's state and follows it. */
export function useLayer<T>(select: (state: LayerData) => T): T {
  return useStore(layerStore, select);
}

/** Sections that take long to draw, in the order in which they take over a new layer. */
const STAGES = ['matrix', 'lemma', 'kernel', 'slide'] as const;

/**
 * The layer on screen, for a section that takes long to draw: null at first, and each new layer a few
 * frames after the norms have it, one section a frame.
 */
export function useStagedReport(section: (typeof STAGES)[number]): LayerReport | null {
  const report = useLayer((state) => state.report);
  return useStaged(report, null, STAGES.indexOf(section));
}

/**
 * What is looked at, else what is pinned, as far as a section has it that may still show the layer
 * before.
 */
export function useFocus({ operator }: LayerReport): Focus | null {
  const focus = useLayer((state) => state.focus ?? state.pinned);
  return focus !== null && focusFits(operator, focus) ? focus : null;
}
