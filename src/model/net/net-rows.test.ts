import { describe, expect, it } from 'vitest';
import { DEFAULT_EXPERIMENT, EXPERIMENT } from '../train/experiment.ts';
import {
  freshRow,
  MAX_ROWS,
  ROW_KINDS,
  rowErrors,
  smallCnnRows,
  type ConvRow,
  type RowType,
} from './net-rows.ts';

const document = (net: unknown, data: object = {}): object => {
  const base = EXPERIMENT.toDocument(DEFAULT_EXPERIMENT);
  return { ...base, net, data: { ...DEFAULT_EXPERIMENT.data, ...data } };
};
const rows = smallCnnRows(10);

function refusal(net: unknown, data?: object): string {
  try {
    EXPERIMENT.check(document(net, data));
    return 'no failure';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('X5 a document with a custom net', () => {
  it('holds the small CNN’s layers, and is read back unchanged', () => {
    const read = EXPERIMENT.check(JSON.parse(JSON.stringify(document({ rows }))));
    expect(read.net).toEqual({ rows });
    expect(rows.length).toBe(14);
  });

  it('gets the defaults of missing settings', () => {
    const short = [
      { type: 'conv2d', channels: 4, kernel: [5, 5] },
      { type: 'globalavgpool2d' },
      { type: 'flatten' },
      { type: 'dense', features: 10 },
    ];
    const read = EXPERIMENT.check(document({ rows: short }));
    expect('rows' in read.net && read.net.rows[0]).toEqual({
      type: 'conv2d',
      channels: 4,
      kernel: [5, 5],
      stride: [1, 1],
      padding: [0, 0],
      dilation: [1, 1],
      groups: 1,
      bias: true,
    });
  });

  const conv = freshRow('conv2d') as ConvRow;
  it.each([
    [{ rows: [] }, 'net.rows: there are no layers; give at least one.'],
    [{ rows: 'conv' }, 'net.rows: "conv" is given; give a list of layers.'],
    [
      { rows: Array.from({ length: MAX_ROWS + 1 }, () => freshRow('relu')) },
      'net.rows: there are 101 layers; give at most 100.',
    ],
    [{ rows: [{ type: 'conv3d' }] }, 'net.rows.0.type: give a type: conv2d, batchnorm2d'],
    [{ rows, width: 1 }, 'net.width: there is no such field; remove it.'],
    [{ rows: [{ type: 'relu', size: 1 }] }, 'net.rows.0.size: there is no such field; remove it.'],
    [
      { rows: [{ ...conv, channels: 4097 }] },
      'net.rows.0.channels: 4097 is given; give a whole number from 1 to 4096.',
    ],
    [
      { rows: [{ ...conv, kernel: [3] }] },
      'net.rows.0.kernel: [3] is given; give two whole numbers from 1 to 64: [vertical, horizontal].',
    ],
    [{ rows: [{ ...conv, bias: 1 }] }, 'net.rows.0.bias: 1 is given; give true or false.'],
    [{ rows: [{ type: 'dense' }] }, 'net.rows.0.features: it is missing; add it.'],
  ])('is rejected with the field’s path: %#', (net, sentence) => {
    expect(refusal(net)).toContain(sentence);
  });

  it('is rejected when its layers are incompatible with each other or its images', () => {
    const one = { rows: [...rows.slice(0, 12), freshRow('dense')] };
    expect(refusal(one)).toMatch(/^net\.rows\.12: Dense takes a list .* put Flatten before it\.$/);
    const seven = { rows: smallCnnRows(7) };
    expect(refusal(seven)).toMatch(/^net\.rows\.13\.features: .* let the last layer give 10\.$/);
    expect(refusal({ rows }, { source: 'mnist' })).toBe('no failure');
    // Own images are known when the run is made.
    expect(refusal(seven, { source: 'own', own: 'pets' })).toBe('no failure');
  });

  it('names every setting out of range', () => {
    const row = { ...conv, channels: 0, stride: [0, 1] as const };
    expect(rowErrors(row)).toEqual({
      channels: '0 is given; give a whole number from 1 to 4096.',
      stride: '[0,1] is given; give two whole numbers from 1 to 64: [vertical, horizontal].',
    });
    const types = Object.keys(ROW_KINDS) as RowType[];
    expect(types.map((type) => rowErrors(freshRow(type)))).toEqual(types.map(() => ({})));
  });
});
