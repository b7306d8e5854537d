import { Matrix, SVD } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import type { ConvGeometry } from '../geometry.ts';
import { makeOperator, type ConvOperator } from '../operator.ts';
import { fillNormal } from '../random.ts';
import { denseMatrix } from '../testing/brute-force.oracle.ts';
import { plainGeometry } from '../testing/plain-geometry.oracle.ts';
import { randomLayer } from '../testing/random-geometry.ts';
import { fixtureJson } from '../testing/fixtures.ts';
import { finish } from './apply.ts';
import { compareL2 } from './compare.ts';
import { ladder } from './gram-ladder.ts';
import { METHODS, runMethod, type MethodId } from './methods.ts';
import type { MethodResult } from './types.ts';

const IDS = Object.keys(METHODS) as MethodId[];

function sigma(op: ConvOperator): number {
  const dense = denseMatrix(op.geometry, op.kernel).map((row) => Array.from(row));
  return new SVD(new Matrix(dense), { autoTranspose: true }).diagonal[0] ?? 0;
}

function result(id: MethodId, op: ConvOperator): MethodResult {
  return finish(runMethod(id, op, { seed: 3 }));
}

function layer(more: Partial<ConvGeometry>, seed = 1): ConvOperator {
  const geometry = plainGeometry(more);
  const { dIn, dOut, groups, kernel } = geometry;
  const weights = new Float64Array((dIn * dOut * kernel[0] * kernel[1]) / groups);
  return makeOperator(geometry, fillNormal({ seed, stream: 77 }, weights));
}

// The reference SVD's own rounding.
const SVD_ERROR = 1e-12;

function expectBadgeHolds(row: MethodResult, l2: number): void {
  if (Number.isNaN(row.value)) return;
  const title = `${row.id} ${row.value} against ${l2}`;
  if (row.badge === 'certified upper')
    expect(row.value / l2, title).toBeGreaterThanOrEqual(1 - SVD_ERROR);
  if (row.badge === 'certified lower')
    expect(row.value / l2, title).toBeLessThanOrEqual(1 + SVD_ERROR);
  if (row.badge === 'exact') expect(Math.abs(row.value / l2 - 1), title).toBeLessThan(1e-12);
}

const RANDOM = Array.from({ length: 30 }, (_, number) => {
  const { geometry, kernel } = randomLayer(number, 61);
  const op = makeOperator(geometry, kernel);
  return { op, l2: sigma(op) };
}).filter(({ l2 }) => l2 > 0);

describe('every method keeps what its badge promises', () => {
  it.each(IDS.filter((id) => id !== 'gram-6' && id !== 'gram-5'))(
    '%s, on 30 random layers',
    (id) => {
      for (const { op, l2 } of RANDOM) expectBadgeHolds(result(id, op), l2);
    },
  );

  it('on circular, dilated, grouped and strided layers, the high rungs too', () => {
    const layers = [
      layer({ dIn: 1, dOut: 2, boundary: 'circular' }),
      layer({ dIn: 1, boundary: 'circular', dilation: [2, 2], padding: [2, 2, 2, 2] }),
      layer({ dIn: 4, groups: 2, dilation: [2, 1] }),
      layer({ dIn: 1, dOut: 2, stride: [2, 2], padding: [0, 1, 0, 1] }),
    ];
    for (const op of layers) {
      const l2 = sigma(op);
      for (const id of IDS) expectBadgeHolds(result(id, op), l2);
    }
  });

  it('on weights of 1e-170 and 1e170, whose squares leave float64', () => {
    for (const size of [1e-170, 1e170]) {
      const op = layer({ dIn: 2, dOut: 2, input: [5, 5] });
      const l2 = sigma(op) * size;
      const scaled = makeOperator(
        op.geometry,
        op.kernel.map((value) => value * size),
      );
      for (const id of IDS) expectBadgeHolds(result(id, scaled), l2);
    }
  });
});

describe('the Gram ladder', () => {
  it('falls from √(ℓ1·ℓ∞) rung by rung, toward the supremum of the symbol', () => {
    const op = layer({ dIn: 2, dOut: 2, input: [16, 16] });
    const rungs = finish(ladder(op)).map(({ value }) => value!);
    expect(rungs).toHaveLength(7);
    expect(rungs[0]).toBe(result('sqrt-l1-linf', op).value);
    for (let t = 1; t < 7; t++) expect(rungs[t]!).toBeLessThan(rungs[t - 1]!);
    // beyond.md's ladders end 2 to 4 % above their target at t = 6.
    expect(rungs[6]! / result('symbol-sup', op).value).toBeLessThan(1.05);
  });

  it('is 9 for a 3x3 box at every rung: K ⋆ K … has only positive entries, which sum to 9^(2^t)', () => {
    const { geometry } = layer({ dIn: 1, dOut: 1 });
    const op = makeOperator(geometry, new Float64Array(9).fill(1));
    for (const id of ['gram-1', 'gram-4'] as const) {
      const { value } = result(id, op);
      expect(value).toBeGreaterThanOrEqual(9);
      // The counted roundings of the transform, times the entries they may hit.
      expect(value).toBeLessThan(9 + 1e-8);
    }
  });
});

describe('power iteration as the paper’s code ran it', () => {
  it('is 4 to 8 % short after 502 accumulated steps where the correct one is within 1e-3', () => {
    const op = layer({ dIn: 8, dOut: 8, input: [16, 16] }, 4);
    const reference = result('lanczos', op).value;
    expect(result('power', op).value / reference).toBeGreaterThan(1 - 1e-3);
    const asRun = result('power-as-run', op);
    expect(asRun.iterations).toBe(502);
    expect(asRun.value / reference).toBeLessThan(0.96);
    expect(asRun.value / reference).toBeGreaterThan(0.92);
  });
});

interface SglCase {
  in_shape: [number, number, number];
  out_channels: number;
  kernel: [number, number];
  weight_q: number[];
  l2: number;
}

describe('Sedghi, Gupta and Long', () => {
  it('equals the 20 fixtures’ largest circular singular value', () => {
    const file = fixtureJson('norms/sgl.json') as {
      weight_scale: number;
      cases: SglCase[];
    };
    for (const one of file.cases) {
      const op = makeOperator(
        layer({
          dIn: one.in_shape[0],
          dOut: one.out_channels,
          input: [one.in_shape[1], one.in_shape[2]],
          kernel: one.kernel,
          padding: [0, 0, 0, 0],
        }).geometry,
        Float64Array.from(one.weight_q, (q) => q * file.weight_scale),
      );
      // The fixture's dense check is good to 2e-13; power iteration on clustered values to 1e-9.
      expect(Math.abs(result('sgl', op).value / one.l2 - 1)).toBeLessThan(1e-9);
    }
  });

  it('is exact, and says so, only on a circular layer', () => {
    expect(result('sgl', layer({ boundary: 'circular' })).badge).toBe('exact');
    expect(result('sgl', layer({})).badge).toBe('neither');
  });
});

describe('a method that cannot speak', () => {
  it('gives NaN and its reason', () => {
    const op = layer({ input: [2, 2] });
    for (const id of ['sgl', 'gouk'] as const) {
      expect(result(id, op).value).toBeNaN();
      expect(result(id, op).note).not.toBe('');
    }
  });
});

describe('the whole comparison', () => {
  it('ends with a row for every method and an interval that all its certified rows agree with', () => {
    const op = layer({ dIn: 2, input: [6, 6] });
    const { interval, methods } = finish(compareL2(op, { seed: 1 }));
    expect(new Set(methods.map(({ id }) => id))).toEqual(new Set(IDS));
    expect(interval.upper / interval.lower - 1).toBeLessThan(1e-5);
    for (const row of methods) {
      if (row.badge === 'certified upper') expect(row.value).toBeGreaterThanOrEqual(interval.lower);
      if (row.badge === 'certified lower') expect(row.value).toBeLessThanOrEqual(interval.upper);
    }
  });
});
