import type { RobustAccuracy } from '../../figures/entries.ts';
import { formatPlan } from '../../model/attack/labels.ts';
import type { AttackSubject, EvaluationRecord } from '../../model/attack/evaluation.ts';
import { evaluationSummary, type Share } from '../../model/attack/evaluation-summary.ts';

/** The evaluations that may belong to a net; its hash shows whether it has changed since. */
export function candidatesOf(
  records: readonly EvaluationRecord[],
  { kind, id, name }: AttackSubject & { readonly name: string },
): EvaluationRecord[] {
  return records.filter(({ subject }) => {
    if (subject.kind !== kind) return false;
    // Nets that are opened in another visit take other ids.
    return kind === 'run' ? subject.id === id : subject.name === name;
  });
}

/** The distinct attacks of some nets, in the order of the evaluations. */
export function attackNamesOf(records: readonly EvaluationRecord[]): string[] {
  return [...new Set(records.map(({ plan }) => formatPlan(plan)))];
}

/**
 * The evaluation shown for a net: the latest one by the selected attack; if none is selected, the
 * latest under AutoAttack's standard list, else the latest. Null when there is none.
 *
 * @param hashes Identities of the net as it is, earlier versions' included: evaluations with others
 * are not of it.
 */
export function shownEvaluation(
  candidates: readonly EvaluationRecord[],
  hashes: readonly string[],
  attack: string | null,
): EvaluationRecord | null {
  const own = candidates
    .filter(({ subject }) => hashes.includes(subject.hash))
    .toSorted((a, b) => b.created - a.created);
  const standard = ({ plan }: EvaluationRecord): boolean => plan.attack.kind === 'standard';
  if (attack !== null) return own.find(({ plan }) => formatPlan(plan) === attack) ?? null;
  return own.find(standard) ?? own[0] ?? null;
}

/** The numbers of an evaluation for a figure's legend. */
export function robustOf(record: EvaluationRecord): RobustAccuracy | null {
  const summary = evaluationSummary(record);
  if (summary === null) return null;
  const accuracy = ({ count, n }: Share) => ({ correct: count, count: n });
  const { clean, robust } = summary;
  return {
    clean: accuracy(clean),
    standing: accuracy(robust),
    under: formatPlan(record.plan),
  };
}
