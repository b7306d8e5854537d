import { useMemo, type JSX } from 'react';
import { robustAttackOf } from '../../model/train/robust.ts';
import type { RunEntry } from '../../state/train/entries.ts';
import { formatCount, formatNumber } from '../../ui/format.ts';
import { secondsLeft, speedOf } from './charts/curves.ts';
import { TEXT } from './messages.ts';
import styles from './train.module.css';
import { useLive } from './use-runs.ts';
import {
  formatAttack,
  formatBytes,
  formatDuration,
  percent,
  savedStepOf,
  formatState,
  stepsOf,
} from './labels.ts';

const MESSAGES = TEXT.status;

/** Epochs after which testing costs the same again: robust accuracy is not measured in each. */
function periodOf({ summary }: RunEntry): number {
  return robustAttackOf(summary.experiment)?.every ?? 1;
}

function numbersOf(entry: RunEntry): [label: string, value: string][] {
  const { live, summary } = entry;
  const { progress } = live;
  const steps = progress?.steps ?? summary.steps;
  const taken = stepsOf(entry);
  const moving = entry.activity !== 'idle';
  const speed = speedOf(live);
  const saved = savedStepOf(entry);
  const epoch = progress?.epoch ?? summary.epoch;
  const { epochs } = summary.experiment.training;
  return [
    [MESSAGES.phase, formatState(entry)],
    [MESSAGES.step, MESSAGES.of(formatCount(taken), formatCount(steps))],
    [MESSAGES.epoch, MESSAGES.of(String(epoch), String(epochs))],
    [MESSAGES.speed, Number.isFinite(speed) ? formatCount(Math.round(speed)) : MESSAGES.none],
    [
      MESSAGES.left,
      moving ? formatDuration(secondsLeft(live, steps - taken, periodOf(entry))) : MESSAGES.none,
    ],
    [
      MESSAGES.memory,
      progress === null
        ? MESSAGES.none
        : MESSAGES.tensors(progress.tensors, formatBytes(progress.bytes)),
    ],
    [MESSAGES.saved, saved === null ? MESSAGES.none : formatCount(saved)],
  ];
}

/** Progress of a run, in a fixed layout. */
export function StatusStrip({ entry }: { readonly entry: RunEntry }): JSX.Element {
  const lives = useMemo(() => [entry.live], [entry.live]);
  useLive(lives, 0);
  const { progress } = entry.live;
  const part = stepsOf(entry) / Math.max(1, progress?.steps ?? entry.summary.steps);
  return (
    <section aria-label={MESSAGES.title} className={styles.status}>
      <dl>
        {numbersOf(entry).map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <progress value={part} max={1} aria-label={MESSAGES.step}>
        {formatNumber(100 * part, 3)} %
      </progress>
    </section>
  );
}

function formatEpoch({ summary: { last, experiment } }: RunEntry): string {
  if (last === null) return '';
  const { robust } = last;
  const attack = robustAttackOf(experiment);
  const test = MESSAGES.epochResult({
    epoch: last.epoch,
    epochs: experiment.training.epochs,
    test: percent(last.testCorrect / last.testCount),
    n: formatCount(last.testCount),
  });
  if (robust === null || attack === null) return test;
  const rate = percent(robust.correct / robust.count);
  return test + MESSAGES.epochRobust(rate, formatCount(robust.count), formatAttack(attack));
}

/** Announces the result of each epoch to screen readers. */
export function EpochNews({ entry }: { readonly entry: RunEntry }): JSX.Element {
  return (
    <p role="status" className="visually-hidden">
      {entry.activity !== 'idle' && formatEpoch(entry)}
    </p>
  );
}
