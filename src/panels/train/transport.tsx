import { useId, type JSX } from 'react';
import type { MissingImages } from '../../state/data/store.ts';
import { asNew, type RunEntry } from '../../state/train/entries.ts';
import { runStore } from '../../state/train/store.ts';
import { Button } from '../../ui/button.tsx';
import { useMissing } from './data/use-data.ts';
import { useWantedLabels, WayToImages } from './data/wanted.tsx';
import { TEXT } from './messages.ts';
import styles from './train.module.css';
import { useRuns } from './use-runs.ts';

const MESSAGES = TEXT.transport;

/** Puts a run's settings into the form. */
export function newRunLike({ summary: { experiment } }: RunEntry): void {
  const { setDraft, select } = runStore.getState();
  setDraft(asNew(experiment));
  select(null);
}

/** Why no run can be started from the form as it is; null when one can. */
function useObstacle(missing: MissingImages | null): string | null {
  const creating = useRuns((state) => state.creating);
  const faulty = useRuns(({ fieldErrors }) => Object.keys(fieldErrors).length > 0);
  const wanted = useWantedLabels(missing);
  if (creating) return MESSAGES.creating;
  return wanted ?? (faulty ? TEXT.setup.fixFirst : null);
}

function Fresh(): JSX.Element {
  const why = useId();
  const creating = useRuns((state) => state.creating);
  const busy = useRuns(({ runs }) => runs.some(({ activity }) => activity !== 'idle'));
  const missing = useMissing();
  const obstacle = useObstacle(missing);
  const { play, cancel } = runStore.getState();
  // Not `disabled`, so that screen readers can reach them and read why they are off.
  const start = (steps: number | null) => ({
    'aria-disabled': obstacle !== null,
    'aria-describedby': why,
    onClick: () => void play(steps),
  });
  return (
    <>
      <div className={styles.buttons}>
        <Button kind="primary" {...start(null)}>
          {MESSAGES.play}
        </Button>
        <Button {...start(1)}>{MESSAGES.step}</Button>
        {creating && <Button onClick={cancel}>{MESSAGES.cancel}</Button>}
      </div>
      <div className={styles.why}>
        <p role="status" id={why} className={styles.small}>
          {obstacle ?? (busy ? MESSAGES.switched : TEXT.setup.about)}
        </p>
        {missing !== null && !creating && <WayToImages missing={missing} />}
      </div>
    </>
  );
}

/** Action and label of the main button. */
function mainOf({
  activity,
  summary,
  stopped,
}: RunEntry): keyof typeof MESSAGES & ('pause' | 'pausing' | 'resume' | 'again') {
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
          {MESSAGES[main]}
        </Button>
        {main === 'again' ? (
          !over && <Button onClick={() => void train(id, null)}>{MESSAGES.resume}</Button>
        ) : (
          <>
            <Button disabled={!idle || broken} onClick={() => void train(id, 1)}>
              {MESSAGES.step}
            </Button>
            <Button disabled={idle || main === 'pausing'} onClick={() => stop(id)}>
              {MESSAGES.stop}
            </Button>
          </>
        )}
      </div>
      <p className={styles.small}>{main === 'again' ? MESSAGES.over : MESSAGES.about}</p>
    </>
  );
}

/** Play, pause, one step, stop: for the chosen run, or for the one that the form would make. */
export function Transport({ entry }: { readonly entry: RunEntry | null }): JSX.Element {
  return (
    <div role="group" aria-label={MESSAGES.group} className={styles.transport}>
      {entry === null ? <Fresh /> : <OfRun entry={entry} />}
    </div>
  );
}
