import { useState, type JSX } from 'react';
import { EXPERIMENT } from '../../model/train/experiment.ts';
import { runStore } from '../../state/train/store.ts';
import { shownExperiment, trainHash } from '../../state/train/link.ts';
import { Button } from '../../ui/button.tsx';
import { ChooseFiles } from '../../ui/choose-files.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { saveFile } from '../../ui/save-file.ts';
import { TEXT } from './messages.ts';
import styles from './train.module.css';

const MESSAGES = TEXT.share;

async function copyLink(): Promise<void> {
  const { origin, pathname } = window.location;
  await navigator.clipboard.writeText(origin + pathname + trainHash(runStore.getState()));
}

/** The experiment on screen as a link and as a file, and one from a file into the form. */
export function Share(): JSX.Element {
  const [said, setSaid] = useState('');
  const [refused, setRefused] = useState<{ name: string; reason: string } | null>(null);
  const open = async (file: File): Promise<void> => {
    setSaid('');
    try {
      const experiment = EXPERIMENT.parse(await file.text());
      const { setDraft, select } = runStore.getState();
      select(null);
      setDraft(experiment);
      setRefused(null);
      setSaid(MESSAGES.opened(file.name));
    } catch (error) {
      setRefused({ name: file.name, reason: (error as Error).message });
    }
  };
  const copy = (): void => {
    copyLink().then(
      () => setSaid(MESSAGES.copied),
      (error: unknown) => setSaid((error as Error).message),
    );
  };
  return (
    <fieldset className={styles.part}>
      <legend>{MESSAGES.title}</legend>
      <div className={styles.buttons}>
        <Button onClick={copy}>{MESSAGES.copy}</Button>
        <Button
          onClick={() =>
            saveFile(
              MESSAGES.file,
              EXPERIMENT.serialize(shownExperiment(runStore.getState())),
              'application/json',
            )
          }
        >
          {MESSAGES.save}
        </Button>
        <ChooseFiles
          choice="one"
          label={MESSAGES.open}
          accept=".json,application/json"
          onFiles={([file]) => void open(file!)}
        />
      </div>
      <p role="status" className={styles.small}>
        {said === '' ? MESSAGES.about : said}
      </p>
      {refused !== null && (
        <ErrorNote title={MESSAGES.refused(refused.name)}>{refused.reason}</ErrorNote>
      )}
    </fieldset>
  );
}
