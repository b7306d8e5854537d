import { useId, useState, type JSX } from 'react';
import { csvText } from '../../../charts/export.ts';
import { evaluationText } from '../../../model/attack/evaluation-document.ts';
import { attackStore, type EvaluationEntry } from '../../../state/attack/store.ts';
import { Button } from '../../../ui/button.tsx';
import { saveFile } from '../../../ui/save-file.ts';
import styles from '../attack.module.css';
import { TEXT } from '../messages.ts';
import { SideTrouble } from '../trouble.tsx';
import { flagsTable } from './flags-table.ts';

const MESSAGES = TEXT.results.downloads;

/** Flags, the whole evaluation, and its images, as files. */
export function Downloads({ entry }: { readonly entry: EvaluationEntry }): JSX.Element {
  const id = useId();
  const [gathering, setGathering] = useState(false);
  const { record } = entry;
  const nothing = record.verdicts.length === 0;
  const saveFlags = (): void =>
    saveFile('flags.csv', csvText(flagsTable(record.verdicts)), 'text/csv');
  const saveEvaluation = (): void => {
    const text = evaluationText(record, { browser: navigator.userAgent });
    saveFile('evaluation.json', text, 'application/json');
  };
  const saveImages = async (): Promise<void> => {
    setGathering(true);
    const files = await attackStore.getState().files(record.id);
    setGathering(false);
    if (files !== null) saveFile('adversarial.npz', files.npz);
  };
  return (
    <section aria-label={MESSAGES.title} className={styles.part}>
      <h3>{MESSAGES.title}</h3>
      <div className={styles.buttons}>
        <Button disabled={nothing} aria-describedby={id} onClick={saveFlags}>
          {MESSAGES.flags}
        </Button>
        <Button disabled={nothing} aria-describedby={id} onClick={saveEvaluation}>
          {MESSAGES.evaluation}
        </Button>
        <Button
          disabled={nothing || gathering}
          aria-describedby={id}
          onClick={() => void saveImages()}
        >
          {MESSAGES.images}
        </Button>
      </div>
      <p id={id} className={styles.small}>
        {nothing ? MESSAGES.nothing : gathering ? MESSAGES.preparing : MESSAGES.about}
      </p>
      <SideTrouble entry={entry} what="files" />
    </section>
  );
}
