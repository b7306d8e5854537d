import type { JSX, ReactNode } from 'react';
import styles from './field-row.module.css';

interface Props {
  /** Names the group of fields; each field has its own label as well. */
  readonly label: string;
  /** The group's full name when the label is short or empty. */
  readonly name?: string;
  readonly children: ReactNode;
  /** What is wrong with one of the fields, and the id that the field points to. */
  readonly error?: string | undefined;
  readonly errorId?: string;
}

/** A name on the left, fields on the right, and below them what is wrong with them. */
export function FieldRow({ label, name, children, error, errorId }: Props): JSX.Element {
  return (
    <div role="group" aria-label={name ?? label} className={styles.row}>
      <span className={styles.label} aria-hidden="true">
        {label}
      </span>
      <div className={styles.fields}>{children}</div>
      <p id={errorId} role="status" className={styles.error}>
        {error}
      </p>
    </div>
  );
}
