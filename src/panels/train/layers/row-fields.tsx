import type { JSX } from 'react';
import type { Pair } from '../../../math/geometry.ts';
import { ROW_KINDS, type LayerRow, type RowField } from '../../../model/net/net-rows.ts';
import { runStore } from '../../../state/train/store.ts';
import { FieldRow } from '../../../ui/field-row.tsx';
import { NumberField } from '../../../ui/number-field.tsx';
import { PairField } from '../../../ui/pair-field.tsx';
import { Toggle } from '../../../ui/toggle.tsx';
import { LAYERS_TEXT as MESSAGES } from './messages.ts';
import styles from './layers.module.css';

interface FieldProps {
  readonly field: RowField;
  readonly value: unknown;
  readonly error: string | undefined;
  /** Where the field is in the document. */
  readonly path: string;
  readonly onChange: (value: unknown) => void;
}

function NumberRow({ field, value, error, path, onChange }: FieldProps): JSX.Element {
  const errorTextId = `${path}-error`;
  return (
    <FieldRow label={field.label} error={error} errorId={errorTextId}>
      <NumberField
        hideLabel
        label={field.label}
        value={value as number}
        min={1}
        errorTextId={error === undefined ? undefined : errorTextId}
        onChange={onChange}
        onInputError={(inputError) => runStore.getState().setFieldError(path, inputError)}
      />
    </FieldRow>
  );
}

function Control(props: FieldProps): JSX.Element {
  const { field, value, error, onChange } = props;
  switch (field.kind) {
    case 'number':
      return <NumberRow {...props} />;
    case 'pair':
      return (
        <PairField
          label={field.label}
          names={MESSAGES.axes(field.label)}
          linkLabel={MESSAGES.tie(field.label)}
          value={value as Pair}
          min={field.min}
          error={error}
          onChange={onChange}
        />
      );
    case 'toggle':
      return <Toggle label={field.label} checked={value === true} onChange={onChange} />;
  }
}

interface Props {
  readonly row: LayerRow;
  readonly at: number;
  /** What is wrong with the settings, by their names. */
  readonly fieldErrors: Readonly<Record<string, string>>;
  readonly onChange: (row: LayerRow) => void;
}

/** The settings of one layer, made from what its kind says of them. */
export function RowFields({ row, at, fieldErrors, onChange }: Props): JSX.Element {
  const values = row as unknown as Readonly<Record<string, unknown>>;
  return (
    <div className={styles.fields}>
      {Object.entries(ROW_KINDS[row.type].fields).map(([key, field]) => (
        <Control
          key={key}
          field={field}
          value={values[key]}
          error={fieldErrors[key]}
          path={`net.rows.${at}.${key}`}
          onChange={(value) => onChange({ ...row, [key]: value })}
        />
      ))}
    </div>
  );
}
