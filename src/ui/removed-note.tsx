import type { JSX } from 'react';
import { Button } from './button.tsx';
import styles from './removed-note.module.css';

/** A button's word and what it does. */
interface Way {
  readonly text: string;
  readonly act: () => void;
}

export interface RemovedNoteProps {
  /** What was removed last; null: nothing that can be restored. */
  readonly sentence: string | null;
  readonly undo: Way;
  /** Gives up what was removed. */
  readonly purge?: Way;
}

/** Says what was removed, and offers it back. */
export function RemovedNote({ sentence, undo, purge }: RemovedNoteProps): JSX.Element {
  return (
    <div role="status">
      {sentence !== null && (
        <p className={styles.removed}>
          <span className={styles.sentence}>{sentence}</span>
          <Button onClick={undo.act}>{undo.text}</Button>
          {purge !== undefined && (
            <Button kind="quiet" onClick={purge.act}>
              {purge.text}
            </Button>
          )}
        </p>
      )}
    </div>
  );
}
