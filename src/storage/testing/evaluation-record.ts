import { DEFAULT_ATTACK_PLAN } from '../../model/attack/plan.ts';
import type { EvaluationRecord } from '../../model/attack/evaluation.ts';

/** An evaluation's record with the fields that tests check. */
export function evaluationRecord(
  id: string,
  fields: Partial<EvaluationRecord> = {},
): EvaluationRecord {
  return {
    id,
    subject: { kind: 'net', id: 'n', name: 'net', hash: 'h' },
    plan: DEFAULT_ATTACK_PLAN,
    data: 'd',
    created: 1,
    changed: 1,
    backend: 'wasm',
    verdicts: [],
    tallies: [],
    seconds: 0,
    finished: false,
    trust: null,
    curve: null,
    classes: ['a', 'b'],
    ...fields,
  };
}
