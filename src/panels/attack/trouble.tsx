import type { JSX } from 'react';
import {
  attackStore,
  type EvaluationEntry,
  type EvaluationsWork,
  type EvaluationWork,
} from '../../state/attack/store.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { TEXT } from './messages.ts';
import { newOneLike } from './results/controls.tsx';
import { useAttack } from './use-attack.ts';

const MESSAGES = TEXT.trouble;
const TITLES: Readonly<Record<EvaluationWork | EvaluationsWork, string>> = MESSAGES.titles;

/** Failures besides an evaluation's attack; each is shown where it was requested. */
type SideWork = Exclude<EvaluationWork, 'attack' | 'undo'>;

interface SideProps {
  readonly entry: EvaluationEntry;
  readonly what: SideWork;
}

/** A failure besides an evaluation's attack, shown where it was requested. */
export function SideTrouble({ entry: { failure }, what }: SideProps): JSX.Element | null {
  if (failure?.what !== what) return null;
  return <ErrorNote title={TITLES[what]}>{failure.message}</ErrorNote>;
}

/** Why an evaluation could not be continued or restored, and how to proceed. */
export function EvaluationTrouble({
  entry,
}: {
  readonly entry: EvaluationEntry;
}): JSX.Element | null {
  const { failure, activity } = entry;
  if (failure?.what !== 'attack' && failure?.what !== 'undo') return null;
  if (activity !== 'idle') return null;
  return (
    <ErrorNote title={TITLES[failure.what]}>
      <p>{failure.message}</p>
      {failure.what === 'attack' && <p>{MESSAGES.kept}</p>}
      <p>
        <Button onClick={() => newOneLike(entry)}>{TEXT.results.controls.again}</Button>
      </p>
    </ErrorNote>
  );
}

/** Failures that do not concern the evaluation on screen, and errors of links. */
export function PanelTrouble(): JSX.Element | null {
  const failure = useAttack((state) => state.failure);
  const linkProblem = useAttack((state) => state.linkProblem);
  if (failure === null && linkProblem === null) return null;
  return (
    <>
      {linkProblem !== null && (
        <ErrorNote title={MESSAGES.linkProblem}>{linkProblem.message}</ErrorNote>
      )}
      {failure !== null && (
        <ErrorNote comesIntoView title={TITLES[failure.what]}>
          <p>{failure.message}</p>
          <p>
            <Button onClick={() => attackStore.getState().dismissFailure()}>
              {MESSAGES.dismiss}
            </Button>
          </p>
        </ErrorNote>
      )}
    </>
  );
}
