import { MAX_MATRIX_SIDE } from '../../math/geometry.ts';
import { FIRST_VIEW, type LayerView } from './layer-view.ts';
import { LinkError } from './link-format.ts';

/** One field of a view: its key in a link, and how its text is written and read. */
interface ViewPart<K extends keyof LayerView> {
  readonly key: string;
  readonly write: (value: LayerView[K]) => string;
  /** Null when the text cannot be read. */
  readonly read: (text: string) => LayerView[K] | null;
  readonly form: string;
}

/** Decimals of places and magnifications: a hundredth of an entry is less than a pixel. */
const round = (value: number): string => String(Number(value.toFixed(3)));

function numbers(text: string, count: number, pattern: RegExp): number[] | null {
  const parts = text.split('_');
  const values = parts.map((part) => (pattern.test(part) ? Number(part) : NaN));
  const fit = values.every((value) => Math.abs(value) <= MAX_MATRIX_SIDE);
  return parts.length === count && fit ? values : null;
}

const WHOLE = /^\d{1,10}$/;
/** A row's name, and how many there may be: more than the norms table has. */
const ROW = /^[a-z\d-]{1,32}$/;
const MOST_ROWS = 40;
const DECIMAL = /^-?\d{1,10}(\.\d{1,3})?$/;

function flag<K extends 'square' | 'allDigits'>(key: string): ViewPart<K> {
  return {
    key,
    write: () => '1',
    read: (text) => (text === '1' ? true : null),
    form: 'it is 1, or not there.',
  };
}

const PARTS: { readonly [K in keyof LayerView]: ViewPart<K> } = {
  at: {
    key: 'at',
    write: (at) => at.map(round).join('_'),
    read: (text) => {
      const values = numbers(text, 3, DECIMAL);
      return values === null || values[2]! < 0 || values[2]! > 1
        ? null
        : (values as [number, number, number]);
    },
    form: 'give row_column_zoom with a zoom from 0 to 1.',
  },
  square: flag('square'),
  pair: {
    key: 'pair',
    write: (pair) => pair.join('_'),
    read: (text) => numbers(text, 2, WHOLE) as [number, number] | null,
    form: 'give two channels joined by "_".',
  },
  slide: {
    key: 'slide',
    write: (slide) => slide.join('_'),
    read: (text) => numbers(text, 3, WHOLE) as [number, number, number] | null,
    form: 'give two channels and a step joined by "_".',
  },
  rung: {
    key: 'rung',
    write: String,
    read: (text) => (/^[0-6]$/.test(text) ? Number(text) : null),
    form: 'it is a number from 0 to 6.',
  },
  allDigits: flag('digits'),
  rows: {
    key: 'rows',
    write: (rows) => rows.join('_'),
    read: (text) => {
      const rows = text.split('_');
      const fit = rows.length <= MOST_ROWS && rows.every((row) => ROW.test(row));
      return fit && new Set(rows).size === rows.length ? rows : null;
    },
    form: 'give names of rows, small letters and digits, joined by "_".',
  },
};

const FIELDS = Object.keys(PARTS) as (keyof LayerView)[];

/** Keys of a link that are about the view. */
export const VIEW_KEYS: readonly string[] = FIELDS.map((field) => PARTS[field].key);

/** What of a view is not as a layer opens: key and text of each. */
export function viewPairs(view: LayerView): [key: string, text: string][] {
  return FIELDS.filter((field) => String(view[field]) !== String(FIRST_VIEW[field])).map(
    (field) => [PARTS[field].key, (PARTS[field].write as (value: unknown) => string)(view[field])],
  );
}

/**
 * The view that a link describes; `get` gives the text of a key, null when it is not there.
 *
 * @throws LinkError naming the part that cannot be read.
 */
export function viewOf(get: (key: string) => string | null): LayerView {
  const entries = FIELDS.map((field) => {
    const { key, read, form } = PARTS[field];
    const text = get(key);
    if (text === null) return [field, FIRST_VIEW[field]];
    const value = read(text);
    if (value === null) throw new LinkError(key, text, form);
    return [field, value];
  });
  return Object.fromEntries(entries) as LayerView;
}
