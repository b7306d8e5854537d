import type { L2Interval, MethodResult } from '../../../math/l2/types.ts';
import type { L2State } from '../../../state/layer-store.ts';
import type { LayerReport } from '../../../spec/jobs.ts';
import { TEXT } from '../messages.ts';
import { quickL2Rows, ratioTo, type NormRow } from './norm-rows.ts';

const METHODS = TEXT.norms.methods;

/** The value that ratios are taken to: the middle of the interval. */
export function middle({ lower, upper }: L2Interval): number {
  return Number.isFinite(upper) ? (lower + upper) / 2 : lower;
}

/** upper ÷ lower − 1 as a share; null while there is no lower end. */
export function gapOf({ lower, upper }: L2Interval): number | null {
  if (upper === 0) return 0;
  return lower > 0 && Number.isFinite(upper) ? upper / lower - 1 : null;
}

interface MethodWords {
  readonly tex: string;
  readonly plain: string;
}

function wordsOf(id: string): MethodWords {
  const table: Readonly<Record<string, MethodWords | undefined>> = METHODS;
  return table[id] ?? { tex: '', plain: '' };
}

function noteOf({ iterations, residual, source }: MethodResult): string {
  const parts = [
    iterations === undefined ? null : `${iterations} ${TEXT.norms.iterations}`,
    residual === undefined || Number.isNaN(residual)
      ? null
      : `${TEXT.norms.residual} ${residual.toExponential(1)}`,
    source,
  ];
  return parts.filter((part) => part !== null && part !== '').join(' · ');
}

function methodRow(method: MethodResult, truth: number | null): NormRow {
  return {
    ...{ id: method.id, label: method.label, badge: method.badge, value: method.value },
    ratio: truth === null ? null : ratioTo(method.value, truth),
    time: Number.isFinite(method.milliseconds) ? method.milliseconds : null,
    ...wordsOf(method.id),
    says: method.note,
    note: noteOf(method),
  };
}

/**
 * Rows about ℓ2. While the interval belongs to the layer before, its methods keep their places with
 * no value (NaN).
 */
export function l2Rows(report: LayerReport, l2: L2State): NormRow[] {
  const { progress, fresh } = l2;
  const gap = progress === null || !fresh ? null : gapOf(progress.interval);
  const truth = progress === null || gap === null ? null : middle(progress.interval);
  const methods = (progress?.methods ?? []).map((method) => {
    const row = methodRow(method, truth);
    return fresh ? row : { ...row, value: NaN, ratio: null, time: null };
  });
  const known = new Set(methods.map(({ id }) => id));
  const quick = quickL2Rows(report)
    .filter(({ id }) => !known.has(id))
    .map((row) => ({ ...row, ratio: truth === null ? null : ratioTo(row.value, truth) }));
  return [...quick, ...methods];
}
