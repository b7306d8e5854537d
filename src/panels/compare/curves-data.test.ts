import { describe, expect, it } from 'vitest';
import {
  curveOf,
  curveSeries,
  curvesReading,
  curvesTable,
  layerNames,
  type CurveRun,
} from './curves-data.ts';

const A: CurveRun = {
  id: 'a',
  name: 'Plain',
  color: 'red',
  layers: ['conv', 'fc'],
  steps: Float64Array.of(0, 10, 20),
  norms: Float64Array.of(1, 5, 2, 4, 3, 2),
};
const B: CurveRun = {
  id: 'b',
  name: 'Decay',
  color: 'blue',
  layers: ['conv'],
  steps: Float64Array.of(0, 10),
  norms: Float64Array.of(1, 0.5),
};

describe('curveOf', () => {
  it('is a layer’s norm at each record, or the largest of all', () => {
    expect([...curveOf(A, 'conv')!]).toEqual([1, 2, 3]);
    expect([...curveOf(A, null)!]).toEqual([5, 4, 3]);
    expect(curveOf(B, 'fc')).toBeNull();
  });

  it('keeps a norm that is not a number instead of hiding it among the others', () => {
    const burst = { ...A, norms: Float64Array.of(1, 5, NaN, 4, 3, 2) };
    expect([...curveOf(burst, null)!]).toEqual([5, NaN, 3]);
  });
});

describe('curveSeries', () => {
  it('reads the last record before a step, and nothing after the run’s last', () => {
    const [a, b] = curveSeries([A, B], 'conv');
    expect([a!.at!(0), a!.at!(9), a!.at!(10), a!.at!(20)]).toEqual([1, 1, 2, 3]);
    expect(b!.at!(11)).toBeNaN();
    expect(curveSeries([A, B], 'fc')).toHaveLength(1);
  });

  it('is read out with the nearest curve first', () => {
    const series = curveSeries([A, B], 'conv');
    expect(curvesReading(series, 10, series[1]!)).toBe('after step 10: Decay 0.5000; Plain 2');
    expect(curvesReading(series, 30, null)).toBe('after step 30: no norm there');
  });
});

describe('the table of curves', () => {
  it('has a row for every record', () => {
    expect(layerNames([B, A])).toEqual(['conv', 'fc']);
    expect(curvesTable([A, B], 'conv').slice(-2)).toEqual([
      ['Decay', 'conv', 0, 1],
      ['Decay', 'conv', 10, 0.5],
    ]);
  });
});
