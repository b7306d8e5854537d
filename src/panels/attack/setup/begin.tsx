import { useId, type JSX } from 'react';
import { useStore } from 'zustand';
import { attackStore } from '../../../state/attack/store.ts';
import { dataStore } from '../../../state/data/store.ts';
import { runStore } from '../../../state/train/store.ts';
import { Button } from '../../../ui/button.tsx';
import { formatCount } from '../../../ui/format.ts';
import styles from '../attack.module.css';
import { TEXT } from '../messages.ts';
import { useAttack } from '../use-attack.ts';
import { costOf, formatLarge } from './form.ts';

const MESSAGES = TEXT.setup.begin;

/** Why no evaluation can start; null when one can. */
function useObstacle(): string | null {
  const creating = useAttack((state) => state.creating);
  const chosen = useAttack((state) => state.subject !== null);
  const faulty = useAttack(({ fieldErrors }) => Object.keys(fieldErrors).length > 0);
  if (creating) return MESSAGES.making;
  if (!chosen) return MESSAGES.noNet;
  return faulty ? TEXT.setup.begin.fixFirst : null;
}

function Beside(): JSX.Element | null {
  const attacking = useAttack(({ evaluations }) =>
    evaluations.some(({ activity }) => activity !== 'idle'),
  );
  const training = useStore(runStore, ({ runs }) =>
    runs.some(({ activity }) => activity !== 'idle'),
  );
  if (!attacking && !training) return null;
  return <p className={styles.small}>{attacking ? MESSAGES.beside : MESSAGES.training}</p>;
}

/** Maximum cost of the plan in the form. */
function Cost(): JSX.Element {
  const plan = useAttack((state) => state.accepted);
  const listing = useStore(dataStore, (state) => state.listing);
  const { image, all } = costOf(plan, listing);
  return (
    <p className={styles.small}>
      {MESSAGES.cost(formatLarge(image), formatCount(plan.images.count), formatLarge(all))}
    </p>
  );
}

function Backend(): JSX.Element {
  const name = useStore(runStore, ({ backend }) => backend?.name ?? null);
  return (
    <p className={styles.small}>
      {name === null ? MESSAGES.backendLater : MESSAGES.backend(MESSAGES.backends[name])}
    </p>
  );
}

/** The button that creates and runs an evaluation, why it cannot, and its cost. */
export function Begin(): JSX.Element {
  const id = useId();
  const obstacle = useObstacle();
  return (
    <div className={styles.begin}>
      <Button
        kind="primary"
        className={styles.main}
        // Not `disabled`, so that screen readers can reach it and read why it is off.
        aria-disabled={obstacle !== null}
        aria-describedby={id}
        onClick={() => void attackStore.getState().begin()}
      >
        {MESSAGES.begin}
      </Button>
      <p id={id} role="status" className={styles.reason}>
        {obstacle}
      </p>
      <Cost />
      <Backend />
      <Beside />
    </div>
  );
}
