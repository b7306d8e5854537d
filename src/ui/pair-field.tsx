import { useId, useState, type JSX } from 'react';
import { FieldRow } from './field-row.tsx';
import { NumberField } from './number-field.tsx';
import styles from './pair-field.module.css';

type Pair = readonly [number, number];

interface Props {
  readonly label: string;
  /** Full names of both fields, vertical first. */
  readonly names: readonly [string, string];
  readonly value: Pair;
  readonly onChange: (value: Pair) => void;
  readonly min: number;
  readonly max?: Pair;
  readonly error?: string | undefined;
  /** What the button that ties both fields together says. */
  readonly linkLabel: string;
}

/** Two numbers, one for each axis, that can be tied together. */
export function PairField(props: Props): JSX.Element {
  const { label, names, value, onChange, min, max = [Infinity, Infinity], linkLabel } = props;
  const errorId = useId();
  const [tied, setTied] = useState(value[0] === value[1]);
  const [typed, setTyped] = useState<string>();
  // Values that came from elsewhere (a preset, a link) may differ: they untie the fields.
  const linked = tied && value[0] === value[1];
  const error = typed ?? props.error;

  const change = (index: 0 | 1, next: number): void => {
    if (linked) onChange([next, next]);
    else onChange(index === 0 ? [next, value[1]] : [value[0], next]);
  };
  const toggle = (): void => {
    setTied(!linked);
    if (!linked) onChange([value[0], value[0]]);
  };
  return (
    <FieldRow label={label} error={error} errorId={errorId}>
      {([0, 1] as const).map((index) => (
        <NumberField
          key={index}
          hideLabel
          label={names[index]}
          value={value[index]}
          min={min}
          max={max[index]}
          onChange={(next) => change(index, next)}
          onInputError={setTyped}
          errorTextId={error === undefined ? undefined : errorId}
        />
      ))}
      <button
        type="button"
        className={styles.tie}
        aria-pressed={linked}
        aria-label={linkLabel}
        title={linkLabel}
        onClick={toggle}
      >
        {linked ? '=' : '≠'}
      </button>
    </FieldRow>
  );
}
