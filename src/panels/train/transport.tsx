import type { JSX } from 'react';
import { asNew, type RunEntry } from '../../state/run-entries.ts';
import { runStore } from '../../state/run-store.ts';
import { Button } from '../../ui/button.tsx';
import { TEXT } from './messages.ts';
import styles from './train.module.css';
import { useRuns } from './use-runs.ts';

const WORDS = TEXT.transport;

/** Puts a run's settings into the form. */
export function newRunLike({ summary: { experiment } }: RunEntry): void {
  const { setDraft, select } = runStore.getState();
  setDraft(asNew(experiment));
  select(null);
}

function Fresh(): JSX.Element {
  const creating = useRuns((state) => state.creating);
  const faulty = useRuns(({ faults }) => Object.keys(faults).length > 0);
  const busy = useRuns(({ runs }) => runs.some(({ activity }) => activity !== 'idle'));
  const { play, cancel } = runStore.getState();
  const off = creating || faulty;
  return (
    <>
      <div className={styles.buttons}>
        <Button kind="primary" disabled={off} onClick={() => void play(null)}>
          {WORDS.play}
        </Button>
        <Button disabled={off} onClick={() => void play(1)}>
          {WORDS.step}
        </Button>
        {creating && <Button onClick={cancel}>{WORDS.cancel}</Button>}
      </div>
      <p role="status" className={styles.small}>
        {creating
          ? WORDS.creating
          : faulty
            ? TEXT.setup.mend
            : busy
              ? WORDS.switched
              : TEXT.setup.about}
      </p>
    </>
  );
}

/** What the main button does to a run, and what it is called. */
function mainOf({
  activity,
  summary,
  stopped,
}: RunEntry): keyof typeof WORDS & ('pause' | 'pausing' | 'resume' | 'again') {
  if (activity === 'starting' || activity === 'running') return 'pause';
  if (activity === 'stopping') return 'pausing';
  return summary.end?.kind === 'finished' || stopped ? 'again' : 'resume';
}

function OfRun({ entry }: { readonly entry: RunEntry }): JSX.Element {
  const { id } = entry.summary;
  const { pause, train, stop } = runStore.getState();
  const main = mainOf(entry);
  const idle = entry.activity === 'idle';
  const over = entry.summary.end?.kind === 'finished';
  const broken = entry.summary.end?.kind === 'not-finite';
  const acts = {
    pause: () => pause(id),
    pausing: () => undefined,
    resume: () => void train(id, null),
    again: () => newRunLike(entry),
  };
  return (
    <>
      <div className={styles.buttons}>
        <Button
          kind="primary"
          className={styles.main}
          aria-disabled={main === 'pausing'}
          disabled={main === 'resume' && broken}
          onClick={acts[main]}
        >
          {WORDS[main]}
        </Button>
        {main === 'again' ? (
          !over && <Button onClick={() => void train(id, null)}>{WORDS.resume}</Button>
        ) : (
          <>
            <Button disabled={!idle || broken} onClick={() => void train(id, 1)}>
              {WORDS.step}
            </Button>
            <Button disabled={idle || main === 'pausing'} onClick={() => stop(id)}>
              {WORDS.stop}
            </Button>
          </>
        )}
      </div>
      <p className={styles.small}>{main === 'again' ? WORDS.over : WORDS.about}</p>
    </>
  );
}

/** Play, pause, one step, stop: for the chosen run, or for the one that the form would make. */
export function Transport({ entry }: { readonly entry: RunEntry | null }): JSX.Element {
  return (
    <div role="group" aria-label={WORDS.group} className={styles.transport}>
      {entry === null ? <Fresh /> : <OfRun entry={entry} />}
    </div>
  );
}
