import { useState, type JSX } from 'react';
import { settingsAt } from '../../model/train/experiment.ts';
import type { RunEnd } from '../../model/train/run.ts';
import type { RunEntry } from '../../state/train/entries.ts';
import { runStore, type RunsWork } from '../../state/train/store.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { TEXT } from './messages.ts';
import styles from './train.module.css';
import { newRunLike } from './transport.tsx';
import { useRuns } from './use-runs.ts';
import { fineStep, savedStepOf, stepsOf } from './labels.ts';

const MESSAGES = TEXT.trouble;
const TITLES: Readonly<Record<RunsWork, string>> = MESSAGES.titles;

function NotFinite({
  entry,
  end,
}: {
  entry: RunEntry;
  end: RunEnd & { kind: 'not-finite' };
}): JSX.Element {
  const { summary } = entry;
  const { learningRate } = settingsAt(summary.experiment, Infinity);
  const [rate, setRate] = useState(Number((learningRate / 10).toPrecision(3)));
  const saved = savedStepOf(entry);
  const right = rate > 0 && rate <= 100;
  return (
    <ErrorNote title={MESSAGES.notFinite(end.step)}>
      <p>{end.message}</p>
      {saved !== null && <p>{MESSAGES.saved(saved)}</p>}
      <div className={styles.way}>
        <Button
          kind="primary"
          disabled={!right}
          onClick={() => void runStore.getState().goBack(summary.id, rate)}
        >
          {MESSAGES.back}
        </Button>
        <NumberField
          label={MESSAGES.rate}
          value={rate}
          min={0}
          max={100}
          step={fineStep(rate)}
          error={right ? undefined : TEXT.edits.range}
          onChange={(next) => setRate(Number(next.toPrecision(12)))}
        />
      </div>
      <p className={styles.small}>{MESSAGES.lower}</p>
      <p>
        <Button onClick={() => newRunLike(entry)}>{TEXT.transport.again}</Button>
      </p>
    </ErrorNote>
  );
}

/** Failures after which the run in memory is still valid. */
const STANDS = new Set(['storage-full', 'storage']);

function Failed({
  entry,
  end,
}: {
  entry: RunEntry;
  end: RunEnd & { kind: 'failed' };
}): JSX.Element {
  const { id } = entry.summary;
  const { train, goBack } = runStore.getState();
  const stands = STANDS.has(end.code);
  const saved = savedStepOf(entry);
  return (
    <ErrorNote title={MESSAGES.failed[end.code]}>
      <p>{end.message}</p>
      {stands && entry.live.progress !== null && <p>{MESSAGES.stands(stepsOf(entry), saved)}</p>}
      {!stands && saved !== null && <p>{MESSAGES.saved(saved)}</p>}
      <p>{MESSAGES.ways[end.code]}</p>
      <Button kind="primary" onClick={() => void (stands ? train(id, null) : goBack(id, null))}>
        {stands ? MESSAGES.resume : MESSAGES.back}
      </Button>
    </ErrorNote>
  );
}

/** Why a run stopped, and how to proceed. */
export function RunTrouble({ entry }: { readonly entry: RunEntry }): JSX.Element | null {
  const { activity, failure, summary } = entry;
  const { end } = summary;
  if (activity !== 'idle') return null;
  return (
    <>
      {failure !== null && <ErrorNote title={MESSAGES.refused}>{failure.message}</ErrorNote>}
      {end?.kind === 'not-finite' && <NotFinite key={end.step} entry={entry} end={end} />}
      {end?.kind === 'failed' && <Failed entry={entry} end={end} />}
    </>
  );
}

/** Reports that a lost device was reopened during the run. */
export function RestartNews({ entry }: { readonly entry: RunEntry }): JSX.Element {
  const { restarted, summary } = entry;
  return (
    <div role="status">
      {restarted !== null && summary.end?.kind !== 'failed' && (
        <p>{MESSAGES.restarted(restarted.step, restarted.message)}</p>
      )}
    </div>
  );
}

/** Failures that concern no single run, and errors of links. */
export function PanelTrouble(): JSX.Element | null {
  const failure = useRuns((state) => state.failure);
  const linkProblem = useRuns((state) => state.linkProblem);
  if (failure === null && linkProblem === null) return null;
  return (
    <>
      {linkProblem !== null && (
        <ErrorNote title={TEXT.setup.linkProblem}>{linkProblem.message}</ErrorNote>
      )}
      {failure !== null && (
        <ErrorNote comesIntoView title={TITLES[failure.what]}>
          <p>{failure.message}</p>
          <p>
            <Button onClick={() => runStore.getState().dismissFailure()}>{MESSAGES.dismiss}</Button>
          </p>
        </ErrorNote>
      )}
    </>
  );
}
