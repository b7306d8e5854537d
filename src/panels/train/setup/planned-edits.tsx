import type { JSX } from 'react';
import { runStore } from '../../../state/train/store.ts';
import { Button } from '../../../ui/button.tsx';
import { TEXT } from '../messages.ts';
import styles from '../train.module.css';
import { useRuns } from '../use-runs.ts';
import { formatTick } from '../labels.ts';

/** Planned edits of an experiment from a link or a file, and a button to remove them. */
export function PlannedEdits(): JSX.Element | null {
  const edits = useRuns(({ draft }) => draft.edits);
  if (edits.length === 0) return null;
  const clear = (): void => {
    const { draft, setDraft } = runStore.getState();
    setDraft({ ...draft, edits: [] });
  };
  return (
    <fieldset className={styles.part}>
      <legend>{TEXT.setup.edits}</legend>
      <ul className={styles.small}>
        {edits.map(({ step, field, value }, at) => (
          <li key={`${at}-${step}`}>
            {TEXT.edits.entry(step, TEXT.edits.fields[field], formatTick(value))}
          </li>
        ))}
      </ul>
      <div className={styles.buttons}>
        <Button onClick={clear}>{TEXT.setup.withoutEdits}</Button>
      </div>
    </fieldset>
  );
}
