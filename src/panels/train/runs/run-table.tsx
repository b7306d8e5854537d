import { useId, useMemo, type JSX } from 'react';
import { wilsonInterval } from '../../../math/intervals.ts';
import { categoricalColor, cssColor } from '../../../math/palette.ts';
import type { RunEntry } from '../../../state/run-entries.ts';
import { runStore } from '../../../state/run-store.ts';
import { Button } from '../../../ui/button.tsx';
import { formatCount, formatNumber } from '../../../ui/format.ts';
import { useTheme } from '../../../ui/use-theme.ts';
import { TEXT } from '../messages.ts';
import styles from '../train.module.css';
import { newRunLike } from '../transport.tsx';
import { useLive, useRuns } from '../use-runs.ts';
import { attackWords, lastRobust, percent, settingsLine, stateWords, stepsOf } from '../words.ts';

const WORDS = TEXT.runs;

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
        value={taken}
        max={Math.max(1, steps)}
        aria-label={WORDS.progressOf(entry.summary.words.name)}
      />
      <span className={styles.small}>
        {TEXT.status.of(formatCount(taken), formatCount(steps))}, {stateWords(entry)}
      </span>
    </>
  );
}

/** Robust accuracy of the last epoch that measured it; by what, and how sure, where it is pointed at. */
function Robust({ entry }: { readonly entry: RunEntry }): JSX.Element {
  const last = lastRobust(entry);
  if (last === null) return <>{TEXT.status.none}</>;
  const { correct, count } = last.count;
  const { lower, upper } = wilsonInterval(correct, count);
  const words = WORDS.robustHelp({
    ...{ epoch: last.epoch.epoch, attack: attackWords(last.attack), n: formatCount(count) },
    ...{ low: percent(lower), high: percent(upper) },
  });
  return (
    <span title={words}>
      {percent(correct / count)}
      <span className="visually-hidden"> {words}</span>
    </span>
  );
}

function Row({ entry }: { readonly entry: RunEntry }): JSX.Element {
  const theme = useTheme();
  const { summary, overlaid } = entry;
  const { id, words, last, experiment } = summary;
  const { name, color } = words;
  const chosen = useRuns((state) => state.selected === id);
  const { select, overlay, remove } = runStore.getState();
  const radio = useId();
  return (
    <tr data-chosen={chosen}>
      <th scope="row">
        <div className={styles.runName}>
          <input
            type="radio"
            id={radio}
            name="run"
            checked={chosen}
            aria-label={WORDS.choose(name)}
            onChange={() => select(id)}
          />
          <span
            className={styles.swatch}
            style={{ background: cssColor(categoricalColor(color, theme)) }}
          />
          <label htmlFor={radio} className={styles.wrap}>
            {name}
          </label>
        </div>
        {words.note !== '' && <p className={styles.noteText}>{words.note}</p>}
      </th>
      <td className={styles.small}>{settingsLine(experiment)}</td>
      <td className={styles.progress}>
        <Progress entry={entry} />
      </td>
      <td className={styles.number}>
        {last === null ? TEXT.status.none : percent(last.testCorrect / last.testCount)}
      </td>
      <td className={styles.number}>
        <Robust entry={entry} />
      </td>
      <td className={styles.number}>
        <Largest entry={entry} />
      </td>
      <td className={styles.centre}>
        <input
          type="checkbox"
          aria-label={WORDS.overlay(name)}
          checked={chosen || overlaid}
          disabled={chosen}
          onChange={(event) => overlay(id, event.target.checked)}
        />
      </td>
      <td className={styles.actions}>
        <Button kind="quiet" aria-label={WORDS.likeThis(name)} onClick={() => newRunLike(entry)}>
          {WORDS.again}
        </Button>
        <Button kind="quiet" aria-label={WORDS.removeRun(name)} onClick={() => void remove(id)}>
          {WORDS.remove}
        </Button>
      </td>
    </tr>
  );
}

function Removed(): JSX.Element {
  const removed = useRuns((state) => state.removed);
  const { undoRemove, purge } = runStore.getState();
  return (
    <div role="status">
      {removed !== null && (
        <p className={styles.removed}>
          <span className={styles.wrap}>{WORDS.removed(removed.entry.summary.words.name)}</span>
          <Button onClick={() => void undoRemove()}>{WORDS.undo}</Button>
          <Button kind="quiet" onClick={() => void purge()}>
            {WORDS.purge}
          </Button>
        </p>
      )}
    </div>
  );
}

function Table({ runs }: { readonly runs: readonly RunEntry[] }): JSX.Element {
  const { run, settings, progress, test, robust, linf, drawn, actions } = WORDS.columns;
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard
    <div role="region" aria-label={WORDS.region} tabIndex={0} className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{run}</th>
            <th scope="col">{settings}</th>
            <th scope="col">{progress}</th>
            <th scope="col" className={styles.number}>
              {test}
            </th>
            <th scope="col" className={styles.number}>
              {robust}
            </th>
            <th scope="col" className={styles.number}>
              {linf}
            </th>
            <th scope="col" className={styles.centre}>
              {drawn}
            </th>
            <th scope="col">{actions}</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((entry) => (
            <Row key={entry.summary.id} entry={entry} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** All kept runs: one is chosen, others can be drawn beside it. A deleted one can be brought back. */
export function RunTable(): JSX.Element {
  const runs = useRuns((state) => state.runs);
  const listed = useRuns((state) => state.listed);
  const selected = useRuns((state) => state.selected);
  return (
    <section aria-label={WORDS.title} className={styles.list}>
      <div className={styles.bar}>
        <h2>{WORDS.title}</h2>
        {selected !== null && (
          <Button onClick={() => runStore.getState().select(null)}>{WORDS.fresh}</Button>
        )}
      </div>
      {runs.length > 0 ? (
        <Table runs={runs} />
      ) : (
        <p className={styles.small}>{listed ? WORDS.none : WORDS.listing}</p>
      )}
      <Removed />
    </section>
  );
}
