import { useState, type JSX } from 'react';
import type { Field, Fields, ListField, NumberField as NumberSpec } from '../kit/document/field.ts';
import styles from './field-table.module.css';
import { fineStep } from './fine-step.ts';
import { NumberField } from './number-field.tsx';
import { parseNumber } from './parse-number.ts';
import { Select } from './select.tsx';
import { TextField } from './text-field.tsx';
import { Toggle } from './toggle.tsx';

/** Words of the controls that are made from tables of fields. */
const MESSAGES = {
  paper: (source: string): string => `Paper: ${source}.`,
  list: 'none',
  listWrong: (text: string): string => `“${text}” is no list of numbers: 75, 90, 100 is one.`,
};

/** Takes what is wrong with a text that is typed into the field at `path`; undefined: nothing. */
export type SetFieldError = (path: string, inputError: string | undefined) => void;

interface Props<F extends Field, V> {
  /** Where the field is in the document: `training.batchSize`. */
  readonly path: string;
  readonly field: F;
  readonly value: V;
  readonly error: string | undefined;
  readonly onChange: (value: V) => void;
  readonly setFieldError: SetFieldError;
}

function NumberRow({
  path,
  field,
  value,
  error,
  onChange,
  setFieldError,
}: Props<NumberSpec, number>): JSX.Element {
  const { label, unit, min, max } = field;
  return (
    <NumberField
      label={unit === undefined ? label : `${label} (${unit})`}
      value={value}
      min={min}
      max={max}
      step={field.whole === true ? 1 : fineStep(value)}
      error={error}
      // Sums of decimal fractions are rounded to what they mean.
      onChange={(next) => onChange(Number(next.toPrecision(12)))}
      onInputError={(inputError) => setFieldError(path, inputError)}
    />
  );
}

function parseList(text: string): number[] | null {
  const parts = text.split(/[,;\s]+/).filter((part) => part !== '');
  const values = parts.map(parseNumber);
  return values.every((value) => value !== null) ? values : null;
}

function ListRow({
  path,
  field,
  value,
  error,
  onChange,
  setFieldError,
}: Props<ListField, readonly number[]>): JSX.Element {
  const [draft, setDraft] = useState<{ text: string; over: readonly number[] } | null>(null);
  const text = draft !== null && draft.over === value ? draft.text : value.join(', ');
  const take = (next: string): void => {
    const list = parseList(next);
    setFieldError(path, list === null ? MESSAGES.listWrong(next) : undefined);
    setDraft({ text: next, over: list ?? value });
    if (list !== null) onChange(list);
  };
  return (
    <TextField
      label={field.label}
      value={text}
      placeholder={MESSAGES.list}
      error={error}
      onChange={take}
    />
  );
}

function FieldControl(props: Props<Field, never>): JSX.Element {
  const { field, value, error, onChange } = props as unknown as Props<Field, unknown>;
  switch (field.kind) {
    case 'number':
      return <NumberRow {...(props as unknown as Props<NumberSpec, number>)} />;
    case 'list':
      return <ListRow {...(props as unknown as Props<ListField, readonly number[]>)} />;
    case 'choice':
      return (
        <Select
          label={field.label}
          value={value as string}
          options={Object.entries(field.choices).map(([key, label]) => ({ value: key, label }))}
          error={error}
          onChange={onChange}
        />
      );
    case 'toggle':
      return <Toggle label={field.label} checked={value === true} onChange={onChange} />;
  }
}

/** Longest choice that half the form's width can show. */
const HALF = 14;

function isWide(field: Field): boolean {
  return (
    field.kind === 'toggle' ||
    (field.kind === 'choice' && Object.values(field.choices).some((choice) => choice.length > HALF))
  );
}

interface ExplanationProps extends Pick<Field, 'help' | 'source'> {
  /** Says where a value is from; by default that the paper has it. */
  readonly formatSource?: ((source: string) => string) | undefined;
}

/** What a field is about, and where its value is from: shown when asked for. */
export function Explanation(props: ExplanationProps): JSX.Element {
  const { help, source, formatSource = MESSAGES.paper } = props;
  return (
    <p className={styles.small}>
      {help} {source !== undefined && formatSource(source)}
    </p>
  );
}

interface TableProps<V extends object> {
  /** Where the table is in the document. */
  readonly path: string;
  readonly fields: Fields;
  readonly values: V;
  /** What is wrong, by path. */
  readonly fieldErrors: Readonly<Record<string, string>>;
  readonly setFieldError: SetFieldError;
  readonly explained: boolean;
  readonly formatSource?: ExplanationProps['formatSource'];
  readonly onChange: (values: V) => void;
}

/** Controls for a table of fields, made from what the table says of each. */
export function FieldTable<V extends object>(props: TableProps<V>): JSX.Element {
  const { path, fields, values, fieldErrors, explained, formatSource, onChange, setFieldError } =
    props;
  return (
    <>
      {Object.entries(fields).map(([key, field]) => (
        <div
          key={key}
          className={explained || isWide(field) ? styles.wide : undefined}
          title={explained ? undefined : field.help}
        >
          <FieldControl
            path={`${path}.${key}`}
            field={field}
            value={(values as Record<string, never>)[key]!}
            error={fieldErrors[`${path}.${key}`]}
            setFieldError={setFieldError}
            onChange={(value: unknown) => onChange({ ...values, [key]: value })}
          />
          {explained && <Explanation {...field} formatSource={formatSource} />}
        </div>
      ))}
    </>
  );
}
