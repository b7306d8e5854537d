import { useMemo } from 'react';
import type { EvaluationRecord } from '../../../model/attack/evaluation.ts';
import {
  evaluationSummary,
  type EvaluationSummary,
} from '../../../model/attack/evaluation-summary.ts';

/** The numbers of an evaluation; null before the clean images are classified. */
export function useSummary({
  plan,
  verdicts,
}: Pick<EvaluationRecord, 'plan' | 'verdicts'>): EvaluationSummary | null {
  return useMemo(() => evaluationSummary({ plan, verdicts }), [plan, verdicts]);
}
