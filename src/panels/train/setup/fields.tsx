import type { ComponentProps, JSX } from 'react';
import { runStore } from '../../../state/train/store.ts';
import { FieldTable as AnyFieldTable } from '../../../ui/field-table.tsx';

export { Explanation } from '../../../ui/field-table.tsx';

/** Controls for a table of fields of the experiment in the form. */
export function FieldTable<V extends object>(
  props: Omit<ComponentProps<typeof AnyFieldTable<V>>, 'setFieldError'>,
): JSX.Element {
  return <AnyFieldTable {...props} setFieldError={runStore.getState().setFieldError} />;
}
