import { clip, FileError, isSize } from './tensors.ts';

/** An object of a description, and where it stands, for instance `layers[3]`. */
export interface Place {
  readonly file: string;
  readonly path: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The error for a field: its path, its value, and what it must be. */
export function badField(place: Place, key: string, must: string): FileError {
  const path = place.path === '' ? key : `${place.path}.${key}`;
  return new FileError(
    'bad-description',
    place.file,
    `${path} is ${clip(place.fields[key])}, but it must be ${must}.`,
  );
}

/** A value as a place, when it is an object. @throws FileError */
export function placeOf(value: unknown, file: string, path: string): Place {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { file, path, fields: value as Record<string, unknown> };
  }
  throw new FileError(
    'bad-description',
    file,
    `${path === '' ? 'the description' : path} is ${clip(value)}, but it must be an object {…}.`,
  );
}

/** A text field that is not empty. @throws FileError */
export function textField(place: Place, key: string): string {
  const value = place.fields[key];
  if (typeof value === 'string' && value !== '') return value;
  throw badField(place, key, 'a text that is not empty');
}

/** A text, or undefined where the field is absent or null. @throws FileError */
export function optionalText(place: Place, key: string): string | undefined {
  const value = place.fields[key];
  return value === undefined || value === null ? undefined : textField(place, key);
}

/** A whole number of at least `least`; `otherwise` where the field is absent. @throws FileError */
export function wholeField(place: Place, key: string, least: number, otherwise?: number): number {
  const value = place.fields[key] ?? otherwise;
  if (isSize(value) && value >= least && value <= MAX_FIELD) return value;
  throw badField(place, key, `a whole number from ${least} to ${MAX_FIELD}`);
}

/** `length` whole numbers of at least `least`. @throws FileError */
export function wholesField(
  place: Place,
  key: string,
  rule: { readonly length: number; readonly least: number; readonly otherwise?: readonly number[] },
): readonly number[] {
  const value = place.fields[key] ?? rule.otherwise;
  const fits =
    Array.isArray(value) &&
    value.length === rule.length &&
    (value as unknown[]).every((v) => isSize(v) && v >= rule.least && v <= MAX_FIELD);
  if (fits) return value as readonly number[];
  throw badField(place, key, `${rule.length} whole numbers from ${rule.least} to ${MAX_FIELD}`);
}

/** Largest size, stride, padding or channel count of a description. */
const MAX_FIELD = 2 ** 27;
