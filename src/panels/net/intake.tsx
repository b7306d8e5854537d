import { useId, type JSX } from 'react';
import { WEIGHT_FILE_ENDINGS } from '../../model/net/weight-formats.ts';
import { Button } from '../../ui/button.tsx';
import { ChooseFiles } from '../../ui/choose-files.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { TEXT } from './messages.ts';
import styles from './net.module.css';
import { useNet } from './use-net.ts';

const MESSAGES = TEXT.intake;

function Progress(): JSX.Element | null {
  const opening = useNet((state) => state.opening);
  const stop = useNet((state) => state.stopOpening);
  const id = useId();
  if (opening === null) return null;
  const { names, progress } = opening;
  const known = progress?.step === 'reading' && progress.total > 0;
  return (
    <div className={styles.progress} role="status">
      <label htmlFor={id}>
        {progress?.step === 'decoding' ? MESSAGES.decoding : MESSAGES.reading(names.join(', '))}
      </label>
      <progress id={id} {...(known ? { value: progress.done, max: progress.total } : {})} />
      <Button onClick={stop}>{MESSAGES.stop}</Button>
    </div>
  );
}

function Refusal(): JSX.Element | null {
  const failure = useNet((state) => state.failure);
  const count = useNet((state) => state.nets.length);
  const dismiss = useNet((state) => state.dismissFailure);
  if (failure === null) return null;
  return (
    <ErrorNote title={MESSAGES.refused}>
      <p className={styles.wrap}>{failure.message}</p>
      {count > 0 && <p>{MESSAGES.kept}</p>}
      <p>
        <Button onClick={dismiss}>{MESSAGES.dismiss}</Button>
      </p>
    </ErrorNote>
  );
}

/** Where weights come in: chosen, dropped, or the example; and how that went. */
export function Intake({ over }: { readonly over: boolean }): JSX.Element {
  const open = useNet((state) => state.open);
  const count = useNet((state) => state.nets.length);
  return (
    <section aria-label={MESSAGES.title} className={styles.intake}>
      <div className={styles.drop} data-over={over}>
        <p>{count === 0 ? MESSAGES.drop : MESSAGES.more}</p>
        <div className={styles.buttons}>
          <ChooseFiles
            choice="many"
            kind={count === 0 ? 'primary' : 'plain'}
            label={MESSAGES.choose}
            accept={WEIGHT_FILE_ENDINGS}
            onFiles={(files) => void open(files)}
          />
          <Button onClick={() => void open('example')}>{MESSAGES.example}</Button>
        </div>
        <p className={styles.small}>{MESSAGES.kinds}</p>
        {count === 0 && <p className={styles.small}>{MESSAGES.exampleAbout}</p>}
      </div>
      <Progress />
      <Refusal />
    </section>
  );
}
