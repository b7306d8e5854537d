import type { JSX } from 'react';
import styles from './matrix-view.module.css';
import { MATRIX_TEXT } from './messages.ts';
import type { PictureStatus } from './use-matrix-canvas.ts';

interface Props {
  readonly status: PictureStatus;
  readonly notice: string | null;
}

/** Who draws and how fast; what went wrong, in a sentence. */
export function Status({ status, notice }: Props): JSX.Element {
  const { renderer, note, failure, exact, milliseconds } = status;
  const said = failure ?? notice;
  return (
    <>
      <p className={styles.status}>
        {renderer !== null && MATRIX_TEXT.renderer[renderer]}
        {milliseconds !== null && `, ${MATRIX_TEXT.time(milliseconds)}`}
        {milliseconds !== null && !exact && `, ${MATRIX_TEXT.coarse}`}
        {note !== null && `. ${note}`}
      </p>
      <p className={styles.error} role="status">
        {said}
      </p>
    </>
  );
}
