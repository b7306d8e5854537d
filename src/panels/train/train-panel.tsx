import { useEffect, type JSX } from 'react';
import type { RunEntry } from '../../state/train/entries.ts';
import { runStore } from '../../state/train/store.ts';
import { followTrainLink } from '../../state/train/link.ts';
import { afterPaint } from '../../ui/after-paint.ts';
import { Swatch } from '../../ui/swatch.tsx';
import { Backend } from './backend.tsx';
import { BlankCharts, Charts } from './charts/charts.tsx';
import { Decay } from './decay/decay.tsx';
import { TEXT } from './messages.ts';
import { RunControls } from './run-controls.tsx';
import { RunTable } from './runs/run-table.tsx';
import { Setup } from './setup/setup.tsx';
import { Share } from './share.tsx';
import { EpochNews, StatusStrip } from './status-strip.tsx';
import styles from './train.module.css';
import { Transport } from './transport.tsx';
import { PanelTrouble, RestartNews, RunTrouble } from './trouble.tsx';
import { useHeld } from './use-held.ts';
import { useChosen } from './use-runs.ts';
import { formatDuration } from './labels.ts';

function Teaching(): JSX.Element {
  const { what, regularizer, kept } = TEXT.empty;
  return (
    <>
      <div className={styles.teaching}>
        {[what, regularizer, kept].map((text) => (
          <p key={text}>{text}</p>
        ))}
      </div>
      <BlankCharts />
    </>
  );
}

function Live({ entry }: { readonly entry: RunEntry }): JSX.Element {
  const held = useHeld(entry);
  return (
    <>
      <StatusStrip entry={entry} />
      <EpochNews entry={entry} />
      <div role="status">
        {held > 0 && <p>{TEXT.status.hidden(formatDuration(held / 1000))}</p>}
      </div>
      <RestartNews entry={entry} />
      <RunTrouble entry={entry} />
      <Charts entry={entry} />
      <Decay entry={entry} />
    </>
  );
}

function Heading({ entry }: { readonly entry: RunEntry | null }): JSX.Element {
  if (entry === null) return <h2>{TEXT.setup.title}</h2>;
  const { name, color } = entry.summary.labels;
  return (
    <h2 className={styles.runName}>
      <Swatch color={color} />
      <span className={styles.wrap}>{name}</span>
    </h2>
  );
}

/** Training: an experiment set up, runs that train, their curves, and the list of what is kept. */
export function TrainPanel(): JSX.Element {
  const entry = useChosen();
  useEffect(
    () =>
      afterPaint(() => {
        void runStore.getState().load();
        return followTrainLink(runStore);
      }),
    [],
  );
  return (
    <div className={styles.panel} data-fresh={entry === null}>
      <h1 className="visually-hidden">{TEXT.title}</h1>
      <div className={styles.side}>
        <div className={styles.lead}>
          <Heading entry={entry} />
          <Transport entry={entry} />
        </div>
        <div className={styles.rest}>
          {entry === null ? <Setup /> : <RunControls key={entry.summary.id} entry={entry} />}
          <Backend />
          <Share />
        </div>
      </div>
      <div className={styles.view}>
        <PanelTrouble />
        {entry === null ? <Teaching /> : <Live key={entry.summary.id} entry={entry} />}
        <RunTable />
      </div>
    </div>
  );
}
