import {
  freshRow,
  MAX_ROWS,
  type ConvRow,
  type LayerRow,
  type RowType,
} from '../../../model/net/net-rows.ts';
import { formatCount } from '../../../ui/format.ts';

type Rows = readonly LayerRow[];

/** Layers with one put in before place `at`; as they were when there is no room for more. */
export function withRow(rows: Rows, at: number, row: LayerRow): Rows {
  return rows.length >= MAX_ROWS ? rows : rows.toSpliced(at, 0, row);
}

/** Layers with the one at `at` moved by one place; as they were at the ends. */
export function movedRow(rows: Rows, at: number, by: -1 | 1): Rows {
  const row = rows[at];
  const other = rows[at + by];
  if (row === undefined || other === undefined) return rows;
  return rows.with(at, other).with(at + by, row);
}

/** A new layer as it is usually wanted: a 3x3 convolution that keeps the size of its images. */
export function usualRow(type: RowType): LayerRow {
  const row = freshRow(type);
  return row.type === 'conv2d' ? { ...row, padding: [1, 1] } : row;
}

const same = ([a, b]: readonly [number, number]): string => (a === b ? String(a) : `${a}×${b}`);

function convSummary({ channels, kernel, stride, padding, dilation, groups }: ConvRow): string {
  const parts = [
    `${formatCount(channels)} channels`,
    kernel.join('×'),
    same(stride) === '1' ? '' : `stride ${same(stride)}`,
    same(padding) === '0' ? '' : `padding ${same(padding)}`,
    same(dilation) === '1' ? '' : `dilation ${same(dilation)}`,
    groups === 1 ? '' : `${groups} groups`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** Short text of a layer's settings; empty if it has none. */
export function rowSummary(row: LayerRow): string {
  switch (row.type) {
    case 'conv2d':
      return convSummary(row);
    case 'maxpool2d':
    case 'avgpool2d':
      return `${row.kernel.join('×')}, stride ${same(row.stride)}`;
    case 'dense':
      return `${formatCount(row.features)} numbers`;
    default:
      return '';
  }
}
