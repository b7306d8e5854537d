import type { JobFailure } from '../../../model/jobs.ts';

/** The rows of the control column that an error can belong to. */
export type FieldKey =
  | 'channels'
  | 'input'
  | 'kernel'
  | 'stride'
  | 'dilation'
  | 'outputPadding'
  | 'mode'
  | 'padding'
  | 'groups'
  | 'source';

const FIELDS: readonly (readonly [RegExp, FieldKey])[] = [
  [/channels$/, 'channels'],
  [/input size$/, 'input'],
  [/kernel size$/, 'kernel'],
  [/stride$/, 'stride'],
  [/dilation$/, 'dilation'],
  [/output padding$/, 'outputPadding'],
  [/^padding mode$/, 'mode'],
  [/padding$/, 'padding'],
  [/^groups$/, 'groups'],
  [/^(number of weights|rows of M|columns of M)$/, 'channels'],
  [/^weight/, 'source'],
];

/** The row that a failure belongs to, or null when it belongs to none. */
export function fieldOf(failure: JobFailure | null): FieldKey | null {
  const field = failure?.field;
  if (field === undefined) return null;
  return FIELDS.find(([pattern]) => pattern.test(field))?.[1] ?? null;
}

/** The failure's sentence when it belongs to the row, with a capital letter. */
export function errorFor(failure: JobFailure | null, key: FieldKey): string | undefined {
  if (failure === null || fieldOf(failure) !== key) return undefined;
  return failure.message.charAt(0).toUpperCase() + failure.message.slice(1);
}
