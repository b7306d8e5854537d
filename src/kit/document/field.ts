import * as v from 'valibot';

/**
 * Properties of every field of a document; form, file, link and command line are derived from them.
 */
interface FieldBase {
  readonly label: string;
  /** One sentence of help for the user. */
  readonly help: string;
  /** Where its value comes from: the paper, its code, or a reference. */
  readonly source?: string;
}

/** A number in a range. */
export interface NumberField extends FieldBase {
  readonly kind: 'number';
  readonly fallback: number;
  /** Smallest value; excluded when `above` is true. */
  readonly min: number;
  readonly above?: boolean;
  readonly max: number;
  readonly whole?: boolean;
  /** Whether fractions such as 8/255 are accepted as text. */
  readonly fraction?: boolean;
  readonly unit?: string;
}

/** One of several choices. */
export interface ChoiceField<T extends string = string> extends FieldBase {
  readonly kind: 'choice';
  readonly fallback: T;
  /** Label of each choice. */
  readonly choices: Readonly<Record<T, string>>;
}

/** A boolean. */
export interface ToggleField extends FieldBase {
  readonly kind: 'toggle';
  readonly fallback: boolean;
}

/** Free text of at most `most` characters. Forms have their own controls for it. */
export interface TextField {
  readonly kind: 'text';
  readonly fallback: string;
  readonly most: number;
}

/** Whole numbers in increasing order. */
export interface ListField extends FieldBase {
  readonly kind: 'list';
  readonly fallback: readonly number[];
  readonly min: number;
  readonly max: number;
  readonly most: number;
}

/** A field that forms have a control for. */
export type Field = NumberField | ChoiceField | ToggleField | ListField;

/** A field of a document. */
export type DocumentField = Field | TextField;

/** The value of a field. */
export type ValueOf<F> = F extends NumberField
  ? number
  : F extends ChoiceField<infer T>
    ? T
    : F extends ToggleField
      ? boolean
      : F extends ListField
        ? readonly number[]
        : F extends TextField
          ? string
          : never;

export type Fields = Readonly<Record<string, Field>>;
export type DocumentFields = Readonly<Record<string, DocumentField>>;

/** The object described by a table of fields. */
export type ValuesOf<T extends DocumentFields> = { readonly [K in keyof T]: ValueOf<T[K]> };

/** One of several kinds: its label, help and fields. */
export interface KindEntry {
  readonly label: string;
  readonly summary: string;
  /** Where it comes from. */
  readonly source: string;
  readonly fields: Fields;
}

/** Kinds of a thing by their names. */
export type KindTable = Readonly<Record<string, KindEntry>>;

/** "a whole number from 1 to 4,096", for sentences. */
export function formatRange({ min, max, above, whole }: NumberField): string {
  const kind = whole === true ? 'a whole number' : 'a number';
  const from = above === true ? `above ${spell(min)}, up to` : `from ${spell(min)} to`;
  return `${kind} ${from} ${spell(max)}`;
}

function spell(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en') : String(value);
}

/** Why a number is invalid for its field; null when it is valid. */
function numberError(field: NumberField, value: number): string | null {
  const { min, max, above, whole } = field;
  const least = above === true ? value > min : value >= min;
  const fits = least && value <= max && (whole !== true || Number.isInteger(value));
  return fits ? null : `${value} is given; give ${formatRange(field)}.`;
}

/** A value formatted for an error message: its JSON, cut at 40 characters. */
const formatGiven = (input: unknown): string => {
  const text = JSON.stringify(input) as string | undefined;
  return text === undefined ? 'nothing' : text.length > 40 ? `${text.slice(0, 39)}…` : text;
};

function numberSchema(field: NumberField): v.GenericSchema<number> {
  return v.pipe(
    v.number(({ input }) => `${formatGiven(input)} is given; give ${formatRange(field)}.`),
    v.check(
      (value) => numberError(field, value) === null,
      ({ input }) => numberError(field, input)!,
    ),
  );
}

function listSchema({ min, max, most }: ListField): v.GenericSchema<number[]> {
  const words = `increasing whole numbers from ${min} to ${max}, at most ${most} of them`;
  const fits = (list: number[]): boolean =>
    list.length <= most &&
    list.every(
      (value, at) =>
        Number.isInteger(value) && value >= min && value <= max && value > (list[at - 1] ?? -1),
    );
  const message = ({ input }: { input: unknown }): string =>
    `${formatGiven(input)} is given; give a list of ${words}.`;
  return v.pipe(v.array(v.number(message), message), v.check(fits, message));
}

/** The schema of one field; a missing field gets its default. */
export function fieldSchema(field: DocumentField): v.GenericSchema {
  switch (field.kind) {
    case 'number':
      return v.optional(numberSchema(field), field.fallback);
    case 'list':
      return v.optional(listSchema(field), [...field.fallback]);
    case 'text':
      return v.optional(
        v.pipe(
          v.string('give a string.'),
          v.maxLength(field.most, `give at most ${field.most} characters.`),
        ),
        field.fallback,
      );
    case 'toggle':
      return v.optional(
        v.boolean(({ input }) => `${formatGiven(input)} is given; give true or false.`),
        field.fallback,
      );
    case 'choice': {
      const words = Object.keys(field.choices);
      return v.optional(
        v.picklist(
          words,
          ({ input }) => `${formatGiven(input)} is given; give ${words.join(', ')}.`,
        ),
        field.fallback,
      );
    }
  }
}

/** Schemas of a table of fields, for an object's schema. */
export function fieldSchemas(fields: DocumentFields): Record<string, v.GenericSchema> {
  return Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, fieldSchema(one)]));
}

/** The schema of one of several kinds: `kind` selects it, the other fields belong to it. */
export function kindSchema(table: KindTable): v.GenericSchema {
  const schemas = Object.entries(table).map(([kind, { fields }]) =>
    v.strictObject({ kind: v.literal(kind), ...fieldSchemas(fields) }),
  ) as unknown as [v.StrictObjectSchema<{ kind: v.LiteralSchema<string, undefined> }, undefined>];
  return v.variant('kind', schemas, `give a kind: ${Object.keys(table).join(', ')}.`);
}

/** All fields at their defaults. */
export function defaultsOf<T extends DocumentFields>(fields: T): ValuesOf<T> {
  const entries = Object.entries(fields).map(([key, { fallback }]) => [key, fallback] as const);
  return Object.fromEntries(entries) as unknown as ValuesOf<T>;
}
