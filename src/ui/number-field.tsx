import { useId, useState, type JSX, type KeyboardEvent } from 'react';
import styles from './controls.module.css';
import { parseNumber } from './parse-number.ts';

interface Props {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly min?: number;
  readonly max?: number;
  /** Step of the arrow keys; whole numbers only when it is whole. */
  readonly step?: number;
  /** What is wrong with the value that was given, from whoever judged it. */
  readonly error?: string | undefined;
  readonly hideLabel?: boolean;
  readonly help?: string;
  readonly disabled?: boolean;
  /** Values that are offered while typing. */
  readonly choices?: readonly number[];
  /** Id of a text elsewhere that says what is wrong; the field is then marked but says nothing. */
  readonly errorTextId?: string | undefined;
  /** Takes the inputError about what is typed (none: undefined) when it is shown elsewhere. */
  readonly onInputError?: (inputError: string | undefined) => void;
}

interface Draft {
  readonly text: string;
  /** The value that stands while this text does. */
  readonly over: number;
}

function inputError(text: string, { step = 1 }: Props): string | undefined {
  const value = parseNumber(text);
  if (text.trim() === '') return 'Empty: give a number.';
  if (value === null) return `“${text}” is not a number.`;
  if (Number.isInteger(step) && !Number.isInteger(value)) return `${text}: give a whole number.`;
  return undefined;
}

/**
 * A typed number beside its label. Decimal comma accepted; what is not a number is explained here
 * and not passed on; the arrow keys step. A value outside [min, max] is passed on, so that whoever
 * owns the field can say why it cannot be.
 */
export function NumberField(props: Props): JSX.Element {
  const {
    label,
    value,
    onChange,
    min = -Infinity,
    max = Infinity,
    step = 1,
    hideLabel = false,
  } = props;
  const id = useId();
  // What is typed but not taken yet holds only while the value that it was typed over stands.
  const [draft, setDraft] = useState<Draft | null>(null);
  const typed = draft !== null && draft.over === value ? draft.text : null;
  const text = typed ?? String(value);
  const own = typed === null ? undefined : inputError(typed, props);
  const elsewhere = props.onInputError !== undefined;
  const error = (elsewhere ? undefined : own) ?? props.error;

  const take = (next: string): void => {
    props.onInputError?.(inputError(next, props));
    if (inputError(next, props) === undefined) {
      const parsed = parseNumber(next)!;
      setDraft({ text: next, over: parsed });
      onChange(parsed);
    } else {
      setDraft({ text: next, over: value });
    }
  };
  const stepBy = (event: KeyboardEvent): void => {
    const direction = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    props.onInputError?.(undefined);
    onChange(Math.min(max, Math.max(min, (parseNumber(text) ?? value) + direction * step)));
  };
  const described = [error && `${id}-error`, props.help && `${id}-help`, props.errorTextId]
    .filter(Boolean)
    .join(' ');
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={hideLabel ? 'visually-hidden' : styles.label}>
        {label}
      </label>
      <input
        id={id}
        className={styles.input}
        type="text"
        inputMode={Number.isInteger(step) ? 'numeric' : 'decimal'}
        autoComplete="off"
        list={props.choices && `${id}-choices`}
        value={text}
        disabled={props.disabled}
        aria-invalid={error !== undefined || own !== undefined || props.errorTextId !== undefined}
        aria-describedby={described || undefined}
        onChange={(event) => take(event.target.value)}
        onKeyDown={stepBy}
        onBlur={() => inputError(text, props) === undefined && setDraft(null)}
      />
      {props.choices && (
        <datalist id={`${id}-choices`}>
          {props.choices.map((choice) => (
            <option key={choice} value={choice} />
          ))}
        </datalist>
      )}
      {props.help !== undefined && (
        <p id={`${id}-help`} className={styles.help}>
          {props.help}
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
