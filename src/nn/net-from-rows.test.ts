import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshRow, smallCnnRows, type ConvRow, type LayerRow } from '../model/net/net-rows.ts';
import { rowShapes } from '../model/net/row-shapes.ts';
import { architecture } from './architectures/architectures.ts';
import { netFromRows } from './net-from-rows.ts';
import { netSize } from './net-parameters.ts';

const side = fc.integer({ min: 1, max: 4 });
const pair = fc.tuple(side, side);
const pads = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }));
const conv: fc.Arbitrary<LayerRow> = fc
  .record({
    channels: fc.integer({ min: 1, max: 6 }),
    kernel: pair,
    stride: pair,
    padding: pads,
    dilation: pair,
    groups: fc.integer({ min: 1, max: 2 }),
    bias: fc.boolean(),
  })
  .map((fields): ConvRow => ({ type: 'conv2d', ...fields }));
const pool = fc
  .record({ type: fc.constantFrom('maxpool2d', 'avgpool2d'), kernel: pair, stride: pair })
  .map((row): LayerRow => row);
const bare = fc.constantFrom('batchnorm2d', 'relu', 'globalavgpool2d').map(freshRow);
const body = fc.array(fc.oneof(conv, pool, bare), { maxLength: 6 });

describe('X7 the net of a person’s own layers', () => {
  it('is the small CNN when nothing is changed, but for the name of its dense layer', () => {
    const [input, classes] = [[3, 32, 32] as const, 10];
    const own = netFromRows(smallCnnRows(classes), { input, classes });
    const built = architecture('small-cnn', { width: 1, classes, input });
    expect(JSON.stringify(own.layers).replaceAll('fc1', 'fc')).toBe(JSON.stringify(built.layers));
  });

  it('has the shapes and the parameters that were foretold, for random nets', () => {
    let whole = 0;
    fc.assert(
      fc.property(body, fc.integer({ min: 1, max: 20 }), (middle, size) => {
        const shape = { input: [2, size, 20], classes: 5 } as const;
        const end: LayerRow[] = [freshRow('flatten'), { type: 'dense', features: 5, bias: false }];
        const rows = [...middle, ...end];
        const { results, error } = rowShapes(rows, shape);
        if (error !== null) {
          expect(() => netFromRows(rows, shape)).toThrow(`net.rows.${error.row}: `);
          return;
        }
        whole++;
        // The description's reader works out shapes and counts by itself.
        const net = netFromRows(rows, shape);
        expect(results.map((one) => one.shape)).toEqual(
          net.layers.map((layer) => layer.output_shape),
        );
        const foretold = results.reduce((sum, { parameters }) => sum + parameters, 0);
        expect(foretold).toBe(netSize(net).parameters);
      }),
      { numRuns: 500, seed: 1 },
    );
    expect(whole).toBeGreaterThan(50);
  });
});
