import * as v from 'valibot';
import { DocumentError, type DocumentErrorClass, type FieldErrors } from './error.ts';
import type { Parts } from './part.ts';
import { documentOfQuery, documentQuery, leavesOf } from './query.ts';

/** A conflict between fields: the path of the one to change, and why. */
export interface Conflict {
  readonly path: string;
  readonly reason: string;
}

/** Definition of a kind of document, from which everything else about it is derived. */
export interface DocumentDescription<T extends object> {
  /** Format name in a file: `norm-lab/experiment`. */
  readonly format: string;
  readonly version: number;
  /** Maximum number of characters of a file. */
  readonly longest: number;
  /** In the order in which they are written. */
  readonly parts: Parts<T>;
  readonly Error: DocumentErrorClass;
  /** Checks across fields; the first conflict found is the document's error. */
  readonly conflicts: readonly ((value: T) => Conflict | null)[];
}

/** A kind of document: how it is checked, written, read and linked. */
export interface DocumentType<T extends object> {
  readonly format: string;
  readonly version: number;
  readonly fallback: T;
  /**
   * Checks a document parsed from JSON; missing fields get their defaults.
   *
   * @throws the document's error for the first field that is unknown, missing or invalid.
   */
  readonly check: (document: unknown) => T;
  /**
   * Reads JSON text. @throws the document's error, also for text that is too long or is not JSON.
   */
  readonly parse: (json: string) => T;
  /** The document as accepted by {@link check}: format and version first. */
  readonly toDocument: (value: T) => object;
  /** JSON text for a file. */
  readonly serialize: (value: T) => string;
  /**
   * The query of a link: the fields that differ from the default, by their paths, such as
   * `data.train=200&regularizer.lambda=0.01`. Empty for the default.
   */
  readonly encodeQuery: (value: T) => string;
  /** Parses a query. @throws the document's error, naming the part. */
  readonly decodeQuery: (query: string) => T;
  /** All errors of a draft, one sentence per field; empty when it is valid. */
  readonly validate: (draft: T) => FieldErrors;
  /** A value stored by an older version, with the fields added since then at their defaults. */
  readonly completed: (stored: T) => T;
}

function reasonOf(issue: v.BaseIssue<unknown>): string {
  const { message, received, expected } = issue;
  if (expected === 'never') return 'there is no such field; remove it.';
  if (!message.startsWith('Invalid')) return message;
  return received === 'undefined'
    ? 'it is missing; add it.'
    : `${received} is given; give ${expected ?? 'another value'}.`;
}

/** Maps each part by `of`; results have the parts' names and order. */
function eachPart<T extends object, R>(
  parts: Parts<T>,
  of: (part: Parts<T>[keyof T], key: keyof T & string) => R,
): Record<string, R> {
  const entries = Object.entries(parts) as [keyof T & string, Parts<T>[keyof T]][];
  return Object.fromEntries(entries.map(([key, part]) => [key, of(part, key)]));
}

/** Parses JSON text of at most `longest` characters. @throws a `Failure` with the reason. */
export function parseJson(json: string, longest: number, Failure: DocumentErrorClass): unknown {
  if (json.length > longest)
    throw new Failure('', `it has ${json.length} characters, over the limit of ${longest}.`);
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new Failure('', `it is not JSON: ${(error as Error).message}.`);
  }
}

/** The error for the first issue found by a schema. */
export function documentError(
  issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]],
  Failure: DocumentErrorClass,
): DocumentError {
  return new Failure(v.getDotPath(issues[0]) ?? '', reasonOf(issues[0]));
}

/** The schemas of a document's format and version. */
export function headSchemas(format: string, version: number): Record<string, v.GenericSchema> {
  return {
    format: v.literal(format, `give "format": "${format}".`),
    version: v.literal(version, `this lab reads version ${version}.`),
  };
}

/** Everything about a kind of document, derived from its description. */
export function defineDocument<T extends object>(
  description: DocumentDescription<T>,
): DocumentType<T> {
  const { format, version, longest, parts, Error: Failure, conflicts } = description;
  const head = { format, version };
  const schema = v.strictObject({
    ...headSchemas(format, version),
    ...eachPart(parts, (part) => part.schema),
  });

  const check = (document: unknown): T => {
    const result = v.safeParse(schema, document, { abortPipeEarly: true });
    if (!result.success) throw documentError(result.issues, Failure);
    const values = result.output as Readonly<Record<string, unknown>>;
    const value = eachPart(parts, (_, key) => values[key]) as T;
    for (const conflictOf of conflicts) {
      const conflict = conflictOf(value);
      if (conflict !== null) throw new Failure(conflict.path, conflict.reason);
    }
    return value;
  };
  const toDocument = (value: T): object => ({ ...head, ...value });
  return {
    format,
    version,
    fallback: eachPart(parts, ({ fallback }) => fallback) as T,
    check,
    parse: (json) => check(parseJson(json, longest, Failure)),
    toDocument,
    serialize: (value) => `${JSON.stringify(toDocument(value), null, 2)}\n`,
    encodeQuery: (value) =>
      documentQuery(value, leavesOf(eachPart(parts, (part, key) => part.implied(value[key])))),
    decodeQuery: (query) => {
      const makeError = (path: string, reason: string): Error => new Failure(path, reason);
      return check(documentOfQuery(query, head, makeError));
    },
    validate: (draft) => {
      const errors: Record<string, string> = {};
      eachPart(parts, (part, key) => {
        for (const [path, error] of Object.entries(part.fieldErrors(draft[key])))
          errors[path === '' ? key : `${key}.${path}`] = error;
      });
      if (Object.keys(errors).length > 0) return errors;
      try {
        check(toDocument(draft));
        return {};
      } catch (error) {
        if (error instanceof Failure) return { [error.path]: error.reason };
        throw error;
      }
    },
    completed: (stored) => eachPart(parts, (part, key) => part.completed(stored[key])) as T,
  };
}
