import type { JSX } from 'react';
import { dashOf, rateText, type Accuracy, type FigureEntry } from '../../figures/entries.ts';
import { wilsonInterval } from '../../math/intervals.ts';
import { categoricalColor, cssColor } from '../../math/palette.ts';
import type { RunEntry } from '../../state/train/entries.ts';
import { formatCount } from '../../ui/format.ts';
import { useTheme } from '../../ui/use-theme.ts';
import styles from './compare.module.css';
import { TEXT } from './messages.ts';
import { useCompare } from './use-entries.ts';

const MESSAGES = TEXT.entries;

/** Percent with one decimal: an interval's ends need no more. */
const percent = (rate: number): string => (100 * rate).toFixed(1);

function AccuracyText({
  accuracy,
  words = MESSAGES.accuracy,
}: {
  readonly accuracy: Accuracy;
  readonly words?: (rate: string) => string;
}): JSX.Element {
  const { lower, upper } = wilsonInterval(accuracy.correct, accuracy.count);
  return (
    <>
      {words(rateText(accuracy))} (
      {MESSAGES.interval(percent(lower), percent(upper), formatCount(accuracy.count))})
    </>
  );
}

/** The line that stands for an entry in the figures. */
function Swatch({ entry }: { readonly entry: FigureEntry }): JSX.Element {
  const theme = useTheme();
  const color = cssColor(categoricalColor(entry.color, theme));
  return (
    <svg width="20" height="8" className={styles.swatch} aria-hidden="true">
      <line x2="20" y1="4" y2="4" stroke={color} strokeWidth="3" strokeDasharray={dashOf(entry)} />
    </svg>
  );
}

interface ItemProps {
  readonly entry: FigureEntry;
  /** The run that it is; undefined for a net. */
  readonly run: RunEntry | undefined;
}

/** Steps taken: while a run trains, its history knows more than its summary. */
function stepOf({ summary, live }: RunEntry): number {
  return Math.max(summary.step, live.place().steps);
}

function About({ entry: { accuracy, robust }, run }: ItemProps): JSX.Element {
  return (
    <div className={styles.small}>
      {run !== undefined && (
        <p>
          {MESSAGES.run}, {MESSAGES.step(formatCount(stepOf(run)), formatCount(run.summary.steps))}
        </p>
      )}
      <p>
        {run === undefined && `${MESSAGES.net}, `}
        {accuracy !== null ? (
          <AccuracyText accuracy={accuracy} />
        ) : run === undefined ? (
          MESSAGES.unmeasured
        ) : (
          MESSAGES.noEpoch
        )}
      </p>
      {robust !== null && (
        <p>
          <AccuracyText accuracy={robust.standing} words={MESSAGES.robust} />{' '}
          {MESSAGES.under(robust.under)}
        </p>
      )}
    </div>
  );
}

function Item({ entry, run }: ItemProps): JSX.Element {
  const shown = useCompare((state) => !state.hidden.has(entry.id));
  const show = useCompare((state) => state.show);
  return (
    <li className={styles.entry}>
      <label className={styles.entryName}>
        <input
          type="checkbox"
          checked={shown}
          onChange={(event) => show(entry.id, event.target.checked)}
        />
        <Swatch entry={entry} />
        <span className={styles.wrap}>{entry.name}</span>
      </label>
      <About entry={entry} run={run} />
    </li>
  );
}

/** Why a run's part in the figures is incomplete; null when it is complete. */
function useRemarks(runs: readonly RunEntry[]): string[] {
  const opened = useCompare((state) => state.opened);
  const hidden = useCompare((state) => state.hidden);
  return runs.flatMap(({ summary, activity }) => {
    const { id, step, labels } = summary;
    if (hidden.has(id)) return [];
    if (activity !== 'idle') return [MESSAGES.partial(labels.name)];
    const seen = opened.get(id);
    if (seen?.step !== step || (seen.net === null && seen.failure === null)) {
      return [MESSAGES.looking(labels.name)];
    }
    return seen.failure === null ? [] : [MESSAGES.unread(labels.name, seen.failure.message)];
  });
}

/** All runs and nets with their accuracies; those that are checked are drawn. */
export function EntryList({
  entries,
  runs,
}: {
  readonly entries: readonly FigureEntry[];
  readonly runs: readonly RunEntry[];
}): JSX.Element {
  const remarks = useRemarks(runs);
  const runOf = new Map(runs.map((run) => [run.summary.id, run]));
  return (
    <section aria-label={MESSAGES.title} className={styles.part}>
      <h2>{MESSAGES.title}</h2>
      <ul className={styles.entries}>
        {entries.map((entry) => (
          <Item key={entry.id} entry={entry} run={runOf.get(entry.id)} />
        ))}
      </ul>
      {entries.some(({ accuracy }) => accuracy !== null) && (
        <p className={styles.small}>{MESSAGES.about}</p>
      )}
      <p className={styles.small}>
        {MESSAGES.more} <a href="#/train">{TEXT.empty.train}</a> ·{' '}
        <a href="#/net">{TEXT.empty.net}</a> · <a href="#/attack">{MESSAGES.attack}</a>
      </p>
      <div role="status" className={styles.small}>
        {remarks.map((remark) => (
          <p key={remark} className={styles.wrap}>
            {remark}
          </p>
        ))}
      </div>
    </section>
  );
}
