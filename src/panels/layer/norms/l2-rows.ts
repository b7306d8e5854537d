import type { L2Interval, L2Progress, MethodResult } from '../../../math/l2/types.ts';
import type { L2State } from '../../../state/layer/state.ts';
import { TEXT } from '../messages.ts';
import { L2_LABELS } from './l2-labels.ts';
import { ratioTo, type NormRow } from './norm-rows.ts';

/** The value that ratios are taken to: the middle of the interval. */
function middle({ lower, upper }: L2Interval): number {
  return Number.isFinite(upper) ? (lower + upper) / 2 : lower;
}

/** upper ÷ lower − 1 as a share; null while there is no lower end. */
export function gapOf({ lower, upper }: L2Interval): number | null {
  if (upper === 0) return 0;
  return lower > 0 && Number.isFinite(upper) ? upper / lower - 1 : null;
}

/** Up to this gap the middle of the interval stands for the truth; ratios to a wider one say nothing. */
const NARROW = 0.1;

/** The truth as far as it is known: null while the interval is wide. */
export function truthOf(progress: L2Progress | null, fresh: boolean): number | null {
  const gap = progress === null || !fresh ? null : gapOf(progress.interval);
  if (progress === null || gap === null || gap > NARROW) return null;
  return middle(progress.interval);
}

function noteOf({ iterations, residual, source, note }: MethodResult): string {
  const parts = [
    note,
    iterations === undefined ? '' : `${iterations} ${TEXT.norms.iterations}`,
    residual === undefined || Number.isNaN(residual)
      ? ''
      : `${TEXT.norms.residual} ${residual.toExponential(1)}`,
    source,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** Name of a rung among the methods: t = 0 is √(ℓ1·ℓ∞). */
export function rungId(t: number): string {
  return t === 0 ? 'sqrt-l1-linf' : `gram-${t}`;
}

/**
 * All rows about ℓ2, always the same ones in the same order, so that none jumps: a row without a
 * number yet has the value NaN. The ladder's row shows rung t.
 */
export function l2Rows({ progress, fresh, status }: L2State, t: number): NormRow[] {
  const results = new Map((fresh ? (progress?.methods ?? []) : []).map((one) => [one.id, one]));
  const truth = truthOf(progress, fresh);
  return Object.entries(L2_LABELS).map(([id, words]): NormRow => {
    const isGram = id === 'gram';
    const label = isGram ? `${words.label}, t = ${t}` : words.label;
    const found = results.get(isGram ? rungId(t) : id);
    if (found === undefined) {
      const note = status === 'running' ? undefined : TEXT.norms.pending;
      return {
        id,
        ...words,
        label,
        value: NaN,
        ratio: null,
        time: null,
        note,
        open: status === 'running',
      };
    }
    return {
      id,
      ...words,
      label,
      badge: found.badge,
      value: found.value,
      note: noteOf(found),
      ratio: truth === null ? null : ratioTo(found.value, truth),
      time: Number.isNaN(found.value) ? null : found.milliseconds,
    };
  });
}
