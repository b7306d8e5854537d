import { DocumentError } from './error.ts';
import type { Field } from './field.ts';
import { formatAccepted, parseFieldText } from './text.ts';

/** A flag of the command line that sets one field of a document. */
export interface Flag {
  /** Path of the field: `threat.eps`. */
  readonly path: readonly [part: string, key?: string];
  readonly field: Field;
}

export type Flags = Readonly<Record<string, Flag>>;

/**
 * Parses a command-line value for a field. Its range is checked with the document.
 *
 * @param given The option as typed, for the error: `--eps much`.
 * @throws DocumentError when the text cannot be parsed.
 */
export function flagValue(given: string, field: Field, text: string): unknown {
  const value = parseFieldText(field, text);
  if (value === undefined) throw new DocumentError('', `${given}: give ${formatAccepted(field)}.`);
  return value;
}

/** Returns the document with the fields set by flags, not yet checked. @throws DocumentError */
export function withFlags(
  value: object,
  flags: Flags,
  options: Readonly<Record<string, string>>,
): object {
  let result = value as Readonly<Record<string, unknown>>;
  for (const [name, { path, field }] of Object.entries(flags)) {
    const text = options[name];
    if (text === undefined) continue;
    const set = flagValue(`--${name} ${text}`, field, text);
    const [part, key] = path;
    const changed = key === undefined ? set : { ...(result[part] as object), [key]: set };
    result = { ...result, [part]: changed };
  }
  return result;
}

/** Help text of a flag: `linf, l2, l1 (default: linf)`. */
export function flagHelp({ field }: Flag, usual = String(field.fallback)): string {
  return `${formatAccepted(field)} (default: ${usual})`;
}
