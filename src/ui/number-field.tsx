import { useState, type ComponentProps, type JSX } from 'react';
import { parseNumber } from './parse-number.ts';
import { TextField } from './text-field.tsx';

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
  const stepBy: ComponentProps<typeof TextField>['onKeyDown'] = (event) => {
    const direction = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    props.onInputError?.(undefined);
    onChange(Math.min(max, Math.max(min, (parseNumber(text) ?? value) + direction * step)));
  };
  return (
    <TextField
      label={label}
      hideLabel={hideLabel}
      inputMode={Number.isInteger(step) ? 'numeric' : 'decimal'}
      choices={props.choices}
      value={text}
      disabled={props.disabled}
      help={props.help}
      error={error}
      errorTextId={props.errorTextId}
      invalid={own !== undefined}
      onChange={take}
      onKeyDown={stepBy}
      onBlur={() => inputError(text, props) === undefined && setDraft(null)}
    />
  );
}
