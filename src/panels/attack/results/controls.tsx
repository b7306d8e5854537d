import type { JSX } from 'react';
import { shortDigest } from '../../../model/attack/identity.ts';
import { formatKind, formatThreat } from '../../../model/attack/labels.ts';
import { attackStore, type EvaluationEntry } from '../../../state/attack/store.ts';
import { netStore } from '../../../state/net/store.ts';
import { runStore } from '../../../state/train/store.ts';
import { Button } from '../../../ui/button.tsx';
import { formatDuration } from '../../../ui/format.ts';
import styles from '../attack.module.css';
import { TEXT } from '../messages.ts';
import { formatImages } from '../labels.ts';

const MESSAGES = TEXT.results.controls;

/** Loads an evaluation's plan, and its net if still available, into the form. */
export function newOneLike({ record: { plan, subject } }: EvaluationEntry): void {
  const { openPlan, setSubject, select } = attackStore.getState();
  const { kind, id, name } = subject;
  const here =
    kind === 'run'
      ? runStore.getState().runs.some(({ summary }) => summary.id === id)
      : netStore.getState().nets.some(({ summary }) => summary.id === id && summary.name === name);
  if (here) setSubject({ kind, id });
  openPlan(plan);
  select(null);
}

/** Stop, resume, or start another one. */
export function Controls({ entry }: { readonly entry: EvaluationEntry }): JSX.Element {
  const { activity, record } = entry;
  const { stop, resume, select } = attackStore.getState();
  const { id, finished } = record;
  const idle = activity === 'idle';
  return (
    <div className={styles.begin}>
      <div role="group" aria-label={MESSAGES.group} className={styles.buttons}>
        {(!idle || !finished) && (
          // One button, which keeps the focus when what it does changes.
          <Button
            kind="primary"
            className={styles.main}
            aria-disabled={activity === 'stopping'}
            onClick={() => (idle ? void resume(id) : stop(id))}
          >
            {idle ? MESSAGES.resume : activity === 'stopping' ? MESSAGES.stopping : MESSAGES.stop}
          </Button>
        )}
        <Button onClick={() => newOneLike(entry)}>{MESSAGES.again}</Button>
        <Button onClick={() => select(null)}>{MESSAGES.fresh}</Button>
      </div>
      <p className={styles.small}>
        {!idle ? MESSAGES.about : finished ? MESSAGES.over : MESSAGES.early}
      </p>
    </div>
  );
}

/** Letters of a hash that tell nets apart. */
const HASH_LETTERS = 16;

/** Settings of the evaluation. */
export function Settings({ entry: { record } }: { readonly entry: EvaluationEntry }): JSX.Element {
  const { plan, subject, backend, seconds } = record;
  const words = TEXT.results.settings;
  const rows = [
    [words.attack, formatKind(plan.attack.kind)],
    [words.radius, formatThreat(plan.threat)],
    [words.images, formatImages(plan.images)],
    [words.seed, String(plan.seed)],
    [words.backend, backend],
    [words.time, formatDuration(seconds)],
    [words.hash, words.formatHash(shortDigest(subject.hash, HASH_LETTERS))],
  ] as const;
  return (
    <section aria-label={words.title} className={styles.part}>
      <h3>{words.title}</h3>
      <dl className={styles.settings}>
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
