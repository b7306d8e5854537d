import { useId, type JSX } from 'react';
import styles from './controls.module.css';

interface Props<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly {
    readonly value: T;
    readonly label: string;
    readonly disabled?: boolean;
  }[];
  readonly onChange: (value: T) => void;
  readonly error?: string | undefined;
  readonly hideLabel?: boolean;
  /** Id of a text elsewhere that says what is wrong. */
  readonly errorTextId?: string | undefined;
}

/** A labelled native select. */
export function Select<T extends string>(props: Props<T>): JSX.Element {
  const id = useId();
  const { label, value, options, onChange, error, hideLabel = false, errorTextId } = props;
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={hideLabel ? 'visually-hidden' : styles.label}>
        {label}
      </label>
      <select
        id={id}
        className={styles.input}
        value={value}
        aria-invalid={error !== undefined || errorTextId !== undefined}
        aria-describedby={error === undefined ? errorTextId : `${id}-error`}
        onChange={(event) => onChange(event.target.value as T)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
      {error !== undefined && (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
    </div>
  );
}
