import { useId, type ComponentProps, type JSX } from 'react';
import styles from './controls.module.css';

type Native = Pick<ComponentProps<'input'>, 'placeholder' | 'disabled' | 'maxLength' | 'inputMode'>;

interface Props extends Native {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly onKeyDown?: (event: {
    readonly key: string;
    readonly preventDefault: () => void;
  }) => void;
  readonly onBlur?: () => void;
  readonly hideLabel?: boolean;
  readonly help?: string | undefined;
  /** What is wrong with the value; shown below it. */
  readonly error?: string | undefined;
  /** Id of a text elsewhere that says what is wrong. */
  readonly errorTextId?: string | undefined;
  /** Marks the field without saying why. */
  readonly invalid?: boolean;
  /** Values that are offered while typing. */
  readonly choices?: readonly (string | number)[] | undefined;
  /** Lines of a longer text; a single line when left out. */
  readonly rows?: number;
}

/** A text beside its label, with help and what is wrong with it below. */
export function TextField(props: Props): JSX.Element {
  const { label, value, onChange, hideLabel = false, help, error, errorTextId, choices } = props;
  const { placeholder, disabled, maxLength, inputMode, rows, invalid = false } = props;
  const id = useId();
  const described = [error && `${id}-error`, help && `${id}-help`, errorTextId];
  const shared = {
    id,
    className: styles.input,
    value,
    placeholder,
    disabled,
    maxLength,
    'aria-invalid': error !== undefined || errorTextId !== undefined || invalid,
    'aria-describedby': described.filter(Boolean).join(' ') || undefined,
    onChange: (event: { readonly target: { readonly value: string } }) =>
      onChange(event.target.value),
    onBlur: props.onBlur,
  };
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={hideLabel ? 'visually-hidden' : styles.label}>
        {label}
      </label>
      {rows === undefined ? (
        <input
          {...shared}
          type="text"
          inputMode={inputMode}
          autoComplete="off"
          list={choices && `${id}-choices`}
          onKeyDown={props.onKeyDown}
        />
      ) : (
        <textarea {...shared} rows={rows} />
      )}
      {choices && (
        <datalist id={`${id}-choices`}>
          {choices.map((choice) => (
            <option key={choice} value={choice} />
          ))}
        </datalist>
      )}
      {help !== undefined && (
        <p id={`${id}-help`} className={styles.help}>
          {help}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
    </div>
  );
}
