import { beforeAll, describe, expect, it } from 'vitest';
import { layersFromDescription } from '../files/net-layers.ts';
import type { BatchNormNetLayer, ConvNetLayer, NetLayer } from '../files/net-layers-types.ts';
import { fixtureJson } from '../math/testing/fixtures.ts';
import type { L2Ends, LayerNorms, NetRow } from '../model/net/net.ts';
import { bracketL2 } from './l2-bracket.ts';
import {
  batchNormNorm,
  layerNorms,
  layerRow,
  leastInput,
  netRows,
  placeLayer,
} from './net-norms.ts';
import { readReferenceNet, REFERENCE_NETS } from './testing/reference-nets.ts';

interface GoldenNorms {
  name: string;
  type: string;
  exact?: { l1: number; linf: number; l2: number };
  l1?: number;
  assumption1?: boolean;
  formula1_l1?: number;
  formula2_linf?: number;
  formula3_l2_upper?: number;
}

/**
 * Weights are float32, and both programs sum their absolute values in float64: n·2⁻⁵³ relative for
 * sums of at most 1,568 terms, 2e-13.
 */
const SUMS = 1e-12;
/** The reference square root and the sum under it, of 37,632 squares at most: as above. */
const ROOT = 1e-11;

function drain(steps: ReturnType<typeof netRows>): { rows: NetRow[]; events: number } {
  for (let events = 0; ; events++) {
    const step = steps.next();
    if (step.done === true) return { rows: step.value.rows, events };
  }
}

function normsOf(row: NetRow | undefined): LayerNorms {
  if (row === undefined || 'failure' in row) throw new Error(row?.failure.message ?? 'no row');
  return row.norms;
}

function relative(a: number, b: number): number {
  return Math.abs(a - b) / Math.abs(b);
}

describe.each(REFERENCE_NETS)('norms of %s are those of its dense matrices', (net) => {
  let layers: NetLayer[];
  let goldens: GoldenNorms[];
  let rows: NetRow[];

  beforeAll(async () => {
    const { net: description, weights } = await readReferenceNet(net);
    layers = layersFromDescription(description, weights);
    goldens = (fixtureJson(`nets/${net}/goldens.json`) as { layer_norms: GoldenNorms[] })
      .layer_norms;
    const which = layers.map((_, index) => index);
    rows = drain(
      netRows(layers.map(placeLayer), { which, effort: 'quick', bracket: bracketL2 }),
    ).rows;
  });

  it('has one row for each golden layer, in order', () => {
    expect(layers.map(({ name, kind }) => [name, kind])).toEqual(
      goldens.map(({ name, type }) => [name, type]),
    );
  });

  it('ℓ1 and ℓ∞ are exact', () => {
    goldens.forEach(({ exact, l1 }, index) => {
      const norms = normsOf(rows[index]);
      expect(relative(norms.l1, exact?.l1 ?? l1!)).toBeLessThan(SUMS);
      expect(relative(norms.linf, exact?.linf ?? l1!)).toBeLessThan(SUMS);
    });
  });

  it('ℓ2 lies in the interval, which is the point itself for BatchNorm', () => {
    goldens.forEach(({ exact, l1 }, index) => {
      const { lower, upper } = normsOf(rows[index]).l2!;
      // The reference is a float64 SVD: 1e-13 relative.
      const truth = exact?.l2 ?? l1!;
      expect(lower).toBeLessThanOrEqual(truth * (1 + 1e-12));
      expect(upper).toBeGreaterThanOrEqual(truth * (1 - 1e-12));
      expect(upper / lower).toBeLessThan(1.1);
    });
  });

  it('Assumption 1 and the formulas are those of the paper', () => {
    goldens.forEach((golden, index) => {
      if (golden.assumption1 === undefined) return;
      const { assumption, formulas } = normsOf(rows[index]);
      expect(assumption?.printedHolds).toBe(golden.assumption1);
      expect(relative(formulas!.formula1, golden.formula1_l1!)).toBeLessThan(SUMS);
      expect(relative(formulas!.formula2, golden.formula2_linf!)).toBeLessThan(SUMS);
      expect(relative(formulas!.formula3, golden.formula3_l2_upper!)).toBeLessThan(ROOT);
    });
  });
});

function conv(change: Partial<ConvNetLayer['geometry']> = {}, kernel?: Float32Array): ConvNetLayer {
  const geometry: ConvNetLayer['geometry'] = {
    dIn: 1,
    dOut: 1,
    input: [4, 4],
    kernel: [3, 3],
    stride: [1, 1],
    dilation: [1, 1],
    padding: [1, 1, 1, 1],
    groups: 1,
    boundary: 'zeros',
    ...change,
  };
  const weights = new Float32Array(
    (geometry.dOut * geometry.dIn * geometry.kernel[0] * geometry.kernel[1]) / geometry.groups,
  );
  return {
    kind: 'conv2d',
    name: 'c',
    geometry,
    kernel: kernel ?? weights.fill(1),
    guessed: [],
    tensors: [],
  };
}

function batchNorm(change: Partial<BatchNormNetLayer> = {}): BatchNormNetLayer {
  const numbers = { gamma: Float32Array.of(1, -3), runningVar: Float32Array.of(1, 4), eps: 0 };
  return {
    kind: 'batchnorm2d',
    name: 'b',
    channels: 2,
    input: [1, 1],
    guessed: [],
    tensors: [],
    ...numbers,
    ...change,
  };
}

describe('batchNormNorm', () => {
  it('is the largest |γ| / √(var + ε), the sign of γ aside', () => {
    expect(batchNormNorm(batchNorm())).toBe(1.5);
    expect(batchNormNorm(batchNorm({ eps: 12 }))).toBe(0.75);
  });

  it('names the channel whose γ or variance cannot be used', () => {
    expect(() => batchNormNorm(batchNorm({ gamma: Float32Array.of(1, NaN) }))).toThrow(
      /γ of channel 1 = NaN/,
    );
    expect(() => batchNormNorm(batchNorm({ runningVar: Float32Array.of(0, 1) }))).toThrow(
      /variance of channel 0 = 0/,
    );
    expect(() => batchNormNorm(batchNorm({ runningVar: Float32Array.of(1, Infinity) }))).toThrow(
      /channel 1 = Infinity/,
    );
  });
});

describe('layerNorms', () => {
  it('of a transposed convolution are those of the convolution with ℓ1 and ℓ∞ exchanged', () => {
    const kernel = Float32Array.from({ length: 18 }, (_, k) => k - 4);
    const plain = conv({ dOut: 2, stride: [2, 2], input: [5, 5] }, kernel);
    const [there, back] = [plain, { ...plain, kind: 'conv-transpose2d' as const }].map((layer) =>
      layerNorms(placeLayer(layer)),
    );
    expect([back!.l1, back!.linf]).toEqual([there!.linf, there!.l1]);
    expect(back!.output).toEqual([1, 5, 5]);
    expect(there!.output).toEqual([2, 3, 3]);
  });
});

describe('layerRow', () => {
  const failure = (layer: NetLayer): string => {
    const row = layerRow(placeLayer(layer), 0);
    return 'failure' in row ? row.failure.message : 'norms';
  };

  it('says which input size a kernel needs that does not fit', () => {
    const layer = conv({ kernel: [7, 3], padding: [1, 1, 0, 0], input: [4, 4] });
    const row = layerRow(placeLayer(layer), 3);
    expect(row).toMatchObject({ index: 3, failure: { field: 'input', leastInput: [5, 3] } });
    expect(failure(layer)).toContain('at least 5×3');
    expect(leastInput(placeLayer(conv()).shape!)).toBeNull();
  });

  it('names a weight that is not finite', () => {
    expect(failure(conv({}, Float32Array.of(1, 1, 1, 1, NaN, 1, 1, 1, 1)))).toContain(
      'weight [0, 0, 1, 1] = NaN',
    );
  });

  it('says which cap a layer is over', () => {
    const wide = conv({ kernel: [1, 1], padding: [0, 0, 0, 0], input: [65_536, 65_536] });
    expect(failure(wide)).toContain('rows of M = 4294967296');
  });
});

describe('netRows', () => {
  const fixed: L2Ends = { lower: 1, upper: 2 };
  // oxlint-disable-next-line require-yield -- an interval that is known at once
  const bracket = function* (): Generator<null, L2Ends> {
    return fixed;
  };
  const layers = [conv(), conv({ input: [1, 1], padding: [0, 0, 0, 0] }), batchNorm()].map(
    placeLayer,
  );

  it('continues after a layer without norms', () => {
    const { rows } = drain(netRows(layers, { which: [0, 1, 2], effort: 'none', bracket }));
    expect(rows.map((row) => 'failure' in row)).toEqual([false, true, false]);
  });

  it('tells exact norms before any interval, and intervals only when asked', () => {
    const steps = netRows(layers, { which: [2, 0], effort: 'quick', bracket });
    expect(steps.next().value.rows.map(({ index }) => index)).toEqual([2]);
    const second = steps.next().value.rows;
    expect(normsOf(second[1]).l1).toBe(9);
    expect(normsOf(second[1]).l2).toBeNull();
    expect(normsOf(drain(steps).rows[1]).l2).toEqual(fixed);
    const none = drain(netRows(layers, { which: [0], effort: 'none', bracket }));
    expect(normsOf(none.rows[0]).l2).toBeNull();
  });
});
