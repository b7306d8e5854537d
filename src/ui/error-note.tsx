import type { JSX, ReactNode } from 'react';
import styles from './error-note.module.css';

interface Props {
  readonly title: string;
  readonly children?: ReactNode;
}

/** Says what went wrong, in sentences, where the eye already is; read out when it appears. */
export function ErrorNote({ title, children }: Props): JSX.Element {
  return (
    <div role="alert" className={styles.note}>
      <p className={styles.title}>{title}</p>
      {children}
    </div>
  );
}
