import type { JSX } from 'react';
import { estimate } from '../../../model/attack/estimate.ts';
import { attacksOf } from '../../../model/attack/plan.ts';
import type { EvaluationProgress, EvaluationRecord } from '../../../model/attack/evaluation.ts';
import type { EvaluationSummary } from '../../../model/attack/evaluation-summary.ts';
import type { EvaluationEntry } from '../../../state/attack/store.ts';
import { formatCount, formatDuration, formatPercent } from '../../../ui/format.ts';
import styles from '../attack.module.css';
import { TEXT } from '../messages.ts';
import { attackAt } from '../labels.ts';

const MESSAGES = TEXT.results.progress;

/** The numbers by their labels; dashes before the worker's first event. */
function numbersOf(
  record: EvaluationRecord,
  progress: EvaluationProgress | null,
): [label: string, value: string][] {
  const { plan, backend } = record;
  if (progress === null) {
    const labels = [
      MESSAGES.attack,
      MESSAGES.images,
      MESSAGES.under,
      MESSAGES.speed,
      MESSAGES.left,
    ];
    return [
      ...labels.map((label): [string, string] => [label, TEXT.none]),
      [MESSAGES.backend, backend],
    ];
  }
  const { attack, done, of, running, broken } = progress;
  const { speed, secondsLeft } = estimate(record, progress);
  const name = attackAt(plan, attack);
  const count = attacksOf(plan).length;
  return [
    [MESSAGES.attack, attack === null ? name : MESSAGES.attackOf(name, attack + 1, count)],
    [MESSAGES.images, MESSAGES.of(formatCount(done), formatCount(of))],
    [MESSAGES.under, MESSAGES.formatUnder(formatCount(running), formatCount(broken))],
    [MESSAGES.speed, Number.isFinite(speed) ? formatCount(Math.round(speed)) : TEXT.none],
    [MESSAGES.left, formatDuration(secondsLeft)],
    [MESSAGES.backend, backend],
  ];
}

/** Progress of a running evaluation, in a fixed layout. */
export function Running({ entry }: { readonly entry: EvaluationEntry }): JSX.Element | null {
  const { record, progress, activity } = entry;
  if (activity === 'idle') return null;
  const part = progress === null ? 0 : estimate(record, progress).part;
  return (
    <section aria-label={MESSAGES.title} className={styles.status}>
      <dl>
        {numbersOf(record, progress).map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <progress value={part} max={1} aria-label={MESSAGES.bar}>
        {formatPercent(part)}
      </progress>
      <p className={styles.small}>{MESSAGES.about}</p>
    </section>
  );
}

function newsOf(
  { record, progress, activity }: EvaluationEntry,
  summary: EvaluationSummary | null,
): string {
  const words = TEXT.results.news;
  const robust = summary === null ? TEXT.none : formatPercent(summary.robust.rate);
  if (activity === 'stopping') return words.stopping;
  if (activity === 'idle') {
    if (record.finished) return words.finished(robust);
    return summary === null ? '' : words.early(robust);
  }
  const attack = progress?.attack ?? null;
  if (attack === null || summary === null) return words.clean;
  // What stood when the attack began: the sentence then changes once an attack, not with each image.
  const before = attack === 0 ? summary.clean : summary.attacks[attack - 1]!.standing;
  return words.attack(
    attackAt(record.plan, attack),
    formatCount(before.count),
    formatCount(summary.n),
  );
}

/** Announces each change of state once to screen readers. */
export function News(props: {
  readonly entry: EvaluationEntry;
  readonly summary: EvaluationSummary | null;
}): JSX.Element {
  return (
    <p role="status" className="visually-hidden">
      {newsOf(props.entry, props.summary)}
    </p>
  );
}
