import * as v from 'valibot';
import {
  defaultsOf,
  fieldSchema,
  fieldSchemas,
  kindSchema,
  type DocumentField,
  type DocumentFields,
  type Fields,
  type KindTable,
  type ValueOf,
} from './field.ts';
import type { FieldErrors } from './error.ts';

/** One top-level part of a document: its schema, default and errors. */
export interface Part<T> {
  /** Checks a value; missing fields get their defaults. */
  readonly schema: v.GenericSchema;
  readonly fallback: T;
  /** Errors of single fields of a draft, by their paths within the part (`''`: the part itself). */
  readonly fieldErrors: (draft: T) => FieldErrors;
  /** The value that a link to `value` may omit. */
  readonly implied: (value: T) => unknown;
  /** A value stored by an older version, with the fields added since then at their defaults. */
  readonly completed: (stored: T | undefined) => T;
}

/** The parts that make up a document. */
export type Parts<T extends object> = { readonly [K in keyof T]: Part<T[K]> };

function errorsOf(fields: DocumentFields, values: object): FieldErrors {
  const given = values as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, field]) => {
      const result = v.safeParse(fieldSchema(field), given[key]);
      return result.success ? [] : [[key, result.issues[0].message]];
    }),
  );
}

/** A part that is one field. */
export function fieldPart<F extends DocumentField>(field: F): Part<ValueOf<F>> {
  const fallback = field.fallback as ValueOf<F>;
  return {
    schema: fieldSchema(field),
    fallback,
    fieldErrors: (draft) => errorsOf({ '': field }, { '': draft }),
    implied: () => fallback,
    completed: (stored) => stored ?? fallback,
  };
}

/** A part that is an object with a field for each entry of a table. */
export function tablePart<T extends object>(fields: DocumentFields): Part<T> {
  const fallback = defaultsOf(fields) as unknown as T;
  return {
    schema: v.optional(v.strictObject(fieldSchemas(fields)), () => defaultsOf(fields)),
    fallback,
    fieldErrors: (draft) => errorsOf(fields, draft),
    implied: () => fallback,
    completed: (stored) => ({ ...fallback, ...stored }),
  };
}

/** A kind with its fields at their defaults. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- callers name the type
export function defaultKind<T extends { readonly kind: string }>(
  table: KindTable,
  kind: string,
): T {
  return { kind, ...defaultsOf<Fields>(table[kind]!.fields) } as unknown as T;
}

/** A part that is one of several kinds, each with its own fields; `usual` is the default kind. */
export function kindPart<T extends { readonly kind: string }>(
  table: KindTable,
  usual: T['kind'],
): Part<T> {
  const fallback = defaultKind<T>(table, usual);
  return {
    schema: v.optional(kindSchema(table), () => fallback as { kind: string }),
    fallback,
    fieldErrors: (draft) => errorsOf(table[draft.kind]!.fields, draft),
    implied: ({ kind }) => {
      const { kind: _kind, ...own } = defaultKind<T>(table, kind);
      return kind === usual ? fallback : own;
    },
    completed: (stored) => stored ?? fallback,
  };
}

/** A part with its own schema, such as a list. `schema` must fill in `fallback`. */
export function schemaPart<T>(
  schema: v.GenericSchema,
  fallback: T,
  fieldErrors: (draft: T) => FieldErrors = () => ({}),
): Part<T> {
  return {
    schema,
    fallback,
    fieldErrors,
    implied: () => fallback,
    completed: (stored) => stored ?? fallback,
  };
}
