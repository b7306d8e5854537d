import type { Kernel } from '../../math/operator.ts';
import type { LayerSpec } from '../../model/layer/layer.ts';
import type { HandEdits, LayerState } from './state.ts';

/** Name of edited weights. */
export const EDITED = 'edited by hand';

/** A layer to request, and its edits. */
interface Edited {
  readonly spec: LayerSpec;
  readonly edits: HandEdits | null;
}

const WEIGHT_FIELDS = ['type', 'dIn', 'dOut', 'kernel', 'groups'] as const;

function sameWeightShape(a: LayerSpec, b: LayerSpec): boolean {
  return WEIGHT_FIELDS.every((key) => String(a[key]) === String(b[key]));
}

function withWeight(kernel: Kernel, index: number, value: number): LayerSpec['source'] {
  const values = kernel.slice();
  values[index] = value;
  return { kind: 'values', values, name: EDITED };
}

type Known = Pick<LayerState, 'spec' | 'shown' | 'report' | 'busy' | 'edits'>;

/**
 * The layer to edit, and its weights: the newest request while it is being computed, so that
 * nothing requested meanwhile is lost; the layer on screen when that request was rejected, or has
 * other weights than those seen and edited.
 */
function editable(now: Known): { spec: LayerSpec; kernel: Kernel } | null {
  const { spec, shown, report, busy } = now;
  if (shown === null || report === null) return null;
  const { kernel } = report.operator;
  if (!busy || !sameWeightShape(spec, shown)) return { spec: shown, kernel };
  if (spec.source === shown.source) return { spec, kernel };
  const edited = spec.source.kind === 'values' && spec.source.name === EDITED;
  return edited && spec.source.values.length === kernel.length
    ? { spec, kernel: spec.source.values }
    : { spec: shown, kernel };
}

/** One weight changed (flat OIHW index); null while no layer is on screen. */
export function editWeight(now: Known, index: number, value: number): Edited | null {
  const base = editable(now);
  if (base === null) return null;
  const { source, steps } = now.edits ?? { source: base.spec.source, steps: [] };
  const again = steps.at(-1)?.index === index;
  const step = { index, before: base.kernel[index]! };
  return {
    spec: { ...base.spec, source: withWeight(base.kernel, index, value) },
    edits: { source, steps: again ? steps : [...steps, step] },
  };
}

/** Undoes the last weight edit; restores the first source when it was the only one. */
export function undoEdit({ spec, edits }: Pick<Known, 'spec' | 'edits'>): Edited | null {
  const last = edits?.steps.at(-1);
  if (edits === null || last === undefined) return null;
  if (edits.steps.length === 1 || spec.source.kind !== 'values') return undoEdits({ spec, edits });
  return {
    spec: { ...spec, source: withWeight(spec.source.values, last.index, last.before) },
    edits: { source: edits.source, steps: edits.steps.slice(0, -1) },
  };
}

/** The source before the first edit. */
export function undoEdits({ spec, edits }: Pick<Known, 'spec' | 'edits'>): Edited | null {
  return edits === null ? null : { spec: { ...spec, source: edits.source }, edits: null };
}
