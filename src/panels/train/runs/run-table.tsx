import { useMemo, type JSX } from 'react';
import { wilsonInterval } from '../../../math/intervals.ts';
import type { RunEntry } from '../../../state/train/entries.ts';
import { runStore } from '../../../state/train/store.ts';
import { Button } from '../../../ui/button.tsx';
import { EntryList, EntryRow, type EntryColumns } from '../../../ui/entry-list.tsx';
import { formatCount, formatNumber } from '../../../ui/format.ts';
import { TEXT } from '../messages.ts';
import styles from '../train.module.css';
import { newRunLike } from '../transport.tsx';
import { useLive, useRuns } from '../use-runs.ts';
import {
  formatAttack,
  lastRobust,
  percent,
  settingsLine,
  formatState,
  stepsOf,
} from '../labels.ts';

const MESSAGES = TEXT.runs;
const TITLES = MESSAGES.columns;

const COLUMNS: EntryColumns<'settings' | 'progress' | 'test' | 'robust' | 'linf' | 'drawn'> = {
  name: TITLES.run,
  between: [
    { key: 'settings', title: TITLES.settings, kind: 'text', width: '22%' },
    { key: 'progress', title: TITLES.progress, kind: 'text', width: '15%' },
    { key: 'test', title: TITLES.test, kind: 'number' },
    { key: 'robust', title: TITLES.robust, kind: 'number' },
    { key: 'linf', title: TITLES.linf, kind: 'number' },
    { key: 'drawn', title: TITLES.drawn, kind: 'tick', width: '4.25rem' },
  ],
  actions: TITLES.actions,
};

/** Largest norm of the last record; of the kept one while the history is not here. */
function largestLinf({ live, summary }: RunEntry): number {
  const row = live.normSteps.length - 1;
  const { layers } = live;
  const values =
    row < 0
      ? summary.norms.linf
      : live.norms.linf.view().subarray(row * layers, (row + 1) * layers);
  return Math.max(...values);
}

function Largest({ entry }: { readonly entry: RunEntry }): JSX.Element {
  const lives = useMemo(() => [entry.live], [entry.live]);
  useLive(lives, 5);
  const largest = largestLinf(entry);
  return <>{Number.isFinite(largest) ? formatNumber(largest) : TEXT.status.none}</>;
}

function Progress({ entry }: { readonly entry: RunEntry }): JSX.Element {
  const lives = useMemo(() => [entry.live], [entry.live]);
  useLive(lives, 6);
  const steps = entry.live.progress?.steps ?? entry.summary.steps;
  const taken = stepsOf(entry);
  return (
    <>
      <progress
        className={styles.thin}
        value={taken}
        max={Math.max(1, steps)}
        aria-label={MESSAGES.progressOf(entry.summary.labels.name)}
      />
      <span>
        {TEXT.status.of(formatCount(taken), formatCount(steps))}, {formatState(entry)}
      </span>
    </>
  );
}

interface RateProps {
  readonly correct: number;
  readonly count: number;
  /** What is said of it where it is pointed at, with the ends of its interval. */
  readonly help: (values: { low: string; high: string; n: string }) => string;
}

/** A part of sampled images; of how many, and how sure, where it is pointed at. */
function Rate({ correct, count, help }: RateProps): JSX.Element {
  const { lower, upper } = wilsonInterval(correct, count);
  const words = help({ low: percent(lower), high: percent(upper), n: formatCount(count) });
  return (
    <span title={words}>
      {percent(correct / count)}
      <span className="visually-hidden"> {words}</span>
    </span>
  );
}

/** Accuracy of the last epoch. */
function Test({ entry: { summary } }: { readonly entry: RunEntry }): JSX.Element {
  const { last } = summary;
  if (last === null) return <>{TEXT.status.none}</>;
  const { epoch, testCorrect: correct, testCount: count } = last;
  return (
    <Rate
      correct={correct}
      count={count}
      help={(values) => MESSAGES.testHelp({ epoch, ...values })}
    />
  );
}

/** Robust accuracy of the last epoch that measured it; by what, and how sure, where it is pointed at. */
function Robust({ entry }: { readonly entry: RunEntry }): JSX.Element {
  const last = lastRobust(entry);
  if (last === null) return <>{TEXT.status.none}</>;
  const of = { epoch: last.epoch.epoch, attack: formatAttack(last.attack) };
  return <Rate {...last.count} help={(values) => MESSAGES.robustHelp({ ...of, ...values })} />;
}

interface DrawnProps {
  readonly entry: RunEntry;
  readonly chosen: boolean;
}

/** The chosen run is always drawn; others beside it where it is wished. */
function Drawn({ entry: { summary, overlaid }, chosen }: DrawnProps): JSX.Element {
  return (
    <input
      type="checkbox"
      aria-label={MESSAGES.overlay(summary.labels.name)}
      checked={chosen || overlaid}
      disabled={chosen}
      onChange={(event) => runStore.getState().overlay(summary.id, event.target.checked)}
    />
  );
}

function Row({ entry }: { readonly entry: RunEntry }): JSX.Element {
  const { id, labels, experiment } = entry.summary;
  const { name, color, note } = labels;
  const chosen = useRuns((state) => state.selected === id);
  const { select, remove } = runStore.getState();
  return (
    <EntryRow
      columns={COLUMNS}
      group="run"
      name={name}
      color={color}
      note={note}
      choice={{ label: MESSAGES.choose(name), chosen, act: () => select(id) }}
      cells={{
        settings: settingsLine(experiment),
        progress: <Progress entry={entry} />,
        test: <Test entry={entry} />,
        robust: <Robust entry={entry} />,
        linf: <Largest entry={entry} />,
        drawn: <Drawn entry={entry} chosen={chosen} />,
      }}
      actions={[
        { text: MESSAGES.again, label: MESSAGES.likeThis(name), act: () => newRunLike(entry) },
        { text: MESSAGES.remove, label: MESSAGES.removeRun(name), act: () => void remove(id) },
      ]}
    />
  );
}

/** All stored runs: one is selected, others can be overlaid. A deleted one can be restored. */
export function RunTable(): JSX.Element {
  const runs = useRuns((state) => state.runs);
  const listed = useRuns((state) => state.listed);
  const selected = useRuns((state) => state.selected);
  const removed = useRuns((state) => state.removed);
  const { select, undoRemove, purge } = runStore.getState();
  return (
    <EntryList
      title={MESSAGES.title}
      table={MESSAGES.table}
      columns={COLUMNS}
      aside={selected !== null && <Button onClick={() => select(null)}>{MESSAGES.fresh}</Button>}
      empty={listed ? MESSAGES.none : MESSAGES.listing}
      removed={{
        sentence: removed && MESSAGES.removed(removed.entry.summary.labels.name),
        undo: { text: MESSAGES.undo, act: () => void undoRemove() },
        purge: { text: MESSAGES.purge, act: () => void purge() },
      }}
    >
      {runs.map((entry) => (
        <Row key={entry.summary.id} entry={entry} />
      ))}
    </EntryList>
  );
}
