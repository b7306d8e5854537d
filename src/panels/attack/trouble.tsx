import type { JSX } from 'react';
import { attackStore, type EntryDeed, type EvaluationEntry } from '../../state/attack-store.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { TEXT } from './messages.ts';
import { newOneLike } from './results/controls.tsx';
import { useAttack } from './use-attack.ts';

const WORDS = TEXT.trouble;

interface SideProps {
  readonly entry: EvaluationEntry;
  readonly deed: EntryDeed;
}

/** What failed beside an evaluation's attack: said where it was asked for. */
export function SideTrouble({ entry: { failure }, deed }: SideProps): JSX.Element | null {
  if (failure?.deed !== deed) return null;
  return <ErrorNote title={WORDS.failed[deed]}>{failure.message}</ErrorNote>;
}

/** Why an evaluation does not go on, and the way on. */
export function EvaluationTrouble({
  entry,
}: {
  readonly entry: EvaluationEntry;
}): JSX.Element | null {
  const { failure, activity } = entry;
  if (failure?.deed === 'undo') return <SideTrouble entry={entry} deed="undo" />;
  if (failure === null || failure.deed !== undefined || activity !== 'idle') return null;
  return (
    <ErrorNote title={WORDS.stopped}>
      <p>{failure.message}</p>
      <p>{WORDS.kept}</p>
      <p>
        <Button onClick={() => newOneLike(entry)}>{TEXT.results.controls.again}</Button>
      </p>
    </ErrorNote>
  );
}

/** Why no evaluation was made, or the list not read; and what was wrong with a link. */
export function PanelTrouble(): JSX.Element | null {
  const failure = useAttack((state) => state.failure);
  const linkProblem = useAttack((state) => state.linkProblem);
  if (failure === null && linkProblem === null) return null;
  return (
    <>
      {linkProblem !== null && <ErrorNote title={WORDS.linkProblem}>{linkProblem}</ErrorNote>}
      {failure !== null && (
        <ErrorNote title={failure.deed === undefined ? WORDS.notMade : WORDS.failed[failure.deed]}>
          <p>{failure.message}</p>
          <p>
            <Button onClick={() => attackStore.getState().dismissFailure()}>{WORDS.dismiss}</Button>
          </p>
        </ErrorNote>
      )}
    </>
  );
}
