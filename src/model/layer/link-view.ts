import { MAX_MATRIX_SIDE } from '../../math/geometry.ts';
import type { QueryPart, QueryParts } from '../../kit/document/keyed-query.ts';
import type { LayerView } from './layer-view.ts';

/** Decimals of places and magnifications: a hundredth of an entry is less than a pixel. */
const round = (value: number): string => String(Number(value.toFixed(3)));

function numbers(text: string, count: number, pattern: RegExp): number[] | undefined {
  const parts = text.split('_');
  const values = parts.map((part) => (pattern.test(part) ? Number(part) : NaN));
  const fit = values.every((value) => Math.abs(value) <= MAX_MATRIX_SIDE);
  return parts.length === count && fit ? values : undefined;
}

const WHOLE = /^\d{1,10}$/;
/** Pattern of a row's name, and the maximum number of rows: more than the norms table has. */
const ROW = /^[a-z\d-]{1,32}$/;
const MOST_ROWS = 40;
const DECIMAL = /^-?\d{1,10}(\.\d{1,3})?$/;

function readRows(text: string): string[] | undefined {
  const rows = text.split('_');
  const fit = rows.length <= MOST_ROWS && rows.every((row) => ROW.test(row));
  return fit && new Set(rows).size === rows.length ? rows : undefined;
}

function readPlace(text: string): LayerView['at'] | undefined {
  const values = numbers(text, 3, DECIMAL) as [number, number, number] | undefined;
  return values !== undefined && values[2] >= 0 && values[2] <= 1 ? values : undefined;
}

function flag(key: string): QueryPart<boolean> {
  return {
    key,
    write: () => '1',
    read: (text) => (text === '1' ? true : undefined),
    expected: 'give 1, or leave it out.',
  };
}

/** The view's parts of a link. */
export const VIEW_PARTS: QueryParts<LayerView> = {
  at: {
    key: 'at',
    write: (at) => at.map(round).join('_'),
    read: readPlace,
    expected: 'give row_column_zoom with a zoom from 0 to 1.',
  },
  square: flag('square'),
  pair: {
    key: 'pair',
    write: (pair) => pair.join('_'),
    read: (text) => numbers(text, 2, WHOLE) as [number, number] | undefined,
    expected: 'give two channels joined by "_".',
  },
  slide: {
    key: 'slide',
    write: (slide) => slide.join('_'),
    read: (text) => numbers(text, 3, WHOLE) as [number, number, number] | undefined,
    expected: 'give two channels and a step joined by "_".',
  },
  rung: {
    key: 'rung',
    write: String,
    read: (text) => (/^[0-6]$/.test(text) ? Number(text) : undefined),
    expected: 'give a number from 0 to 6.',
  },
  allDigits: flag('digits'),
  rows: {
    key: 'rows',
    write: (rows) => rows.join('_'),
    read: readRows,
    expected: 'give names of rows (lower-case letters and digits), joined by "_".',
  },
};
