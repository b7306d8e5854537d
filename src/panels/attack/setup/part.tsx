import type { JSX, ReactNode } from 'react';
import styles from '../attack.module.css';

interface Props {
  readonly title: string;
  readonly children: ReactNode;
}

/** A part of the form: fields two by two under a title. */
export function Part({ title, children }: Props): JSX.Element {
  return (
    <fieldset className={styles.part}>
      <legend>{title}</legend>
      <div className={styles.fields}>{children}</div>
    </fieldset>
  );
}
