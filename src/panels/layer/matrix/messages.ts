import type { MatrixColorMode } from '../../../model/layer/matrix-view.ts';
import { formatCount, formatNumber } from '../../../ui/format.ts';

/** Messages of the picture of M. */
export const MATRIX_TEXT = {
  title: 'Unrolled matrix M',
  shape: (rows: number, columns: number) => `${formatCount(rows)} × ${formatCount(columns)}`,
  label: (rows: number, columns: number) =>
    `Unrolled matrix M, ${formatCount(rows)} rows by ${formatCount(columns)} columns. ` +
    'Arrow keys move a cursor over the entries, plus and minus zoom, 0 shows all, ' +
    'Enter or Space pins the entry, Escape unpins it.',
  role: 'zoomable matrix',
  rowAxis: 'row (output channel, y, x)',
  columnAxis: 'column (input channel, y, x)',
  channel: (side: 'rows' | 'columns', channel: number) =>
    side === 'rows' ? `i ${channel}` : `j ${channel}`,
  linf: (value: number) => `‖M‖∞ ${formatNumber(value)}`,
  l1: (value: number) => `‖M‖₁ ${formatNumber(value)}`,
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Whole M',
  square: 'Square entries',
  squareHelp:
    'Off: rows and columns each fill the picture, so a wide M is stretched. On: entries are ' +
    'square.',
  colorBy: 'Colour by',
  modes: { value: 'value', tap: 'tap (k, t)', 'tap-set': 'tap set' } satisfies Record<
    MatrixColorMode,
    string
  >,
  blockRule: {
    value: 'Each pixel shows the largest |entry| of the block that it covers, with its sign.',
    tap: 'Each pixel shows the tap of the largest |entry| of the block that it covers.',
    'tap-set':
      'Each pixel shows the largest tap set (Lemma 1) among the columns with an entry in its block.',
  } satisfies Record<MatrixColorMode, string>,
  zero: 'zero',
  renderer: { webgpu: 'drawn on WebGPU', canvas: 'drawn on a canvas in a worker' },
  coarse: 'coarse, exact soon',
  time: (milliseconds: number) => `${formatNumber(milliseconds, 2)} ms`,
  readoutEmpty: 'Point at an entry, or press an arrow key.',
  position: (row: number, column: number) => `M[${formatCount(row)}, ${formatCount(column)}]`,
  pixel: (channel: number, y: number, x: number) => `(${channel}, ${y}, ${x})`,
  row: 'row (output channel, y, x)',
  column: 'column (input channel, y, x)',
  tap: 'tap (k, t)',
  noTap: 'none: always zero',
  value: 'value',
  save: 'Save',
  png: 'PNG',
  svg: 'SVG',
  csv: 'CSV',
  saveFailed: 'The file could not be created.',
  noPng: 'The browser cannot create a PNG of this size.',
  csvTooMany: (entries: number, cap: number) =>
    `${formatCount(entries)} entries are in view; CSV takes at most ${formatCount(cap)}. Zoom in first.`,
  spoken: (position: string, value: string, tap: string) => `${position}, value ${value}, ${tap}`,
  tapSpoken: (k: number, t: number) => `tap ${k}, ${t}`,
  noTapSpoken: 'no tap',
  others: (count: number) => `and ${formatCount(count)} more; colours repeat after twelve`,
} as const;
