import type { JSX, ReactNode } from 'react';
import type { KindTable } from '../../../kit/document/field.ts';
import { Select } from '../../../ui/select.tsx';
import styles from '../train.module.css';
import { useRuns } from '../use-runs.ts';
import { Explanation, FieldTable } from './fields.tsx';

/** A part of the form under its title. */
export function Part(props: { readonly title: string; readonly children: ReactNode }): JSX.Element {
  return (
    <fieldset className={styles.part}>
      <legend>{props.title}</legend>
      <div className={styles.fields}>{props.children}</div>
    </fieldset>
  );
}

interface Props<V extends { readonly kind: string }> {
  readonly title: string;
  /** Where it is in the document. */
  readonly path: string;
  readonly table: KindTable & Readonly<Record<V['kind'], unknown>>;
  readonly settings: V;
  readonly explained: boolean;
  /** A kind with its numbers at their defaults. */
  readonly fresh: (kind: V['kind']) => V;
  readonly onChange: (settings: V) => void;
}

/** One of several kinds, and the fields of the chosen one. */
export function KindPart<V extends { readonly kind: string }>(props: Props<V>): JSX.Element {
  const { title, path, table, settings, explained, fresh, onChange } = props;
  const fieldErrors = useRuns((state) => state.fieldErrors);
  const { fields, summary, source } = (table as KindTable)[settings.kind]!;
  return (
    <Part title={title}>
      <div className={styles.wide}>
        <Select<V['kind']>
          label={title}
          hideLabel
          value={settings.kind}
          options={Object.entries(table).map(([kind, { label }]) => ({ value: kind, label }))}
          onChange={(kind) => onChange(fresh(kind))}
        />
        {explained ? (
          <Explanation help={summary} source={source} />
        ) : (
          <p className={styles.small}>{summary}</p>
        )}
      </div>
      <FieldTable
        path={path}
        fields={fields}
        values={settings}
        fieldErrors={fieldErrors}
        explained={explained}
        onChange={onChange}
      />
    </Part>
  );
}
