import type { EvaluationRecord } from '../../model/attack/evaluation.ts';

/** What an evaluation is of. */
export type RecordInputs = Pick<
  EvaluationRecord,
  'id' | 'subject' | 'plan' | 'data' | 'classes' | 'backend'
>;

/** An evaluation before its first step. @param now Milliseconds since 1970. */
export function newRecord(inputs: RecordInputs, now: number): EvaluationRecord {
  return {
    ...inputs,
    created: now,
    changed: now,
    verdicts: [],
    tallies: [],
    seconds: 0,
    finished: false,
    trust: null,
    curve: null,
  };
}
