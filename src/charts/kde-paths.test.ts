import { describe, expect, it } from 'vitest';
import { kernelDensity } from '../math/kde.ts';
import {
  curvePath,
  kdeScales,
  kdeTable,
  readAt,
  rugPath,
  xTicks,
  type KdeFrame,
  type KdeSeries,
} from './kde-paths.ts';

const FRAME: KdeFrame = { width: 400, height: 300, left: 50, right: 10, top: 20, bottom: 30 };

function series(values: number[], id = 'a'): KdeSeries {
  const samples = values.map((value, k) => ({ name: `conv${k + 1}`, value }));
  return {
    id,
    label: `net ${id}`,
    color: 'red',
    samples,
    result: kernelDensity(values, { rule: 'scott' }),
  };
}

describe('kdeScales', () => {
  const one = series([1, 2, 3, 4, 10]);

  it('leaves 5 % above the highest curve and 5 % more for each rug', () => {
    const highest = one.result.kind === 'density' ? Math.max(...one.result.density) : NaN;
    expect(kdeScales([one], FRAME).y.domain()).toEqual([0, highest * 1.1]);
    expect(kdeScales([one, one, one, one], FRAME).y.domain()[1]! / highest).toBeCloseTo(1.25, 12);
  });

  it('shows the whole grid, 5 % wider on both sides, inside the frame', () => {
    const { x, y } = kdeScales([one], FRAME);
    const width = 17.6874492 + 6.6874492;
    expect(x.domain()[0]).toBeCloseTo(-6.6874492 - 0.05 * width, 6);
    expect(x.domain()[1]).toBeCloseTo(17.6874492 + 0.05 * width, 6);
    expect(x.range()).toEqual([50, 390]);
    expect(y.range()).toEqual([270, 20]);
  });

  it('gives equal samples, one sample and no sample at all a range that is not empty', () => {
    expect(kdeScales([series([2, 2])], FRAME).x.domain()).toEqual([1, 3]);
    expect(kdeScales([series([0])], FRAME).x.domain()).toEqual([-0.5, 0.5]);
    expect(kdeScales([], FRAME).x.domain()).toEqual([0, 1]);
    expect(kdeScales([series([2, 2])], FRAME).y.domain()).toEqual([0, 1]);
  });
});

describe('paths', () => {
  const one = series([1, 2, 3, 4, 10]);
  const scales = kdeScales([one], FRAME);

  it('a curve has its 200 points', () => {
    const path = one.result.kind === 'density' ? curvePath(one.result, scales) : '';
    expect(path.split(/[ML]/).length - 1).toBe(200);
    // Two decimals of a pixel.
    expect(Math.abs(parseFloat(path.slice(1)) - scales.x(-6.6874492))).toBeLessThan(0.006);
  });

  it('a rug tick stands on the axis and is 0.025 of the frame high', () => {
    expect(rugPath([{ name: 'c', value: 2 }], scales)).toBe(
      `M${scales.x(2).toFixed(2)},270.00v-6.25`,
    );
  });
});

describe('readAt', () => {
  it('reads every curve and names the nearest sample of any series', () => {
    const [a, b] = [series([1, 2, 3, 4, 10]), series([8, 8], 'b')];
    const reading = readAt([a, b], 8.9);
    expect(reading.nearest).toMatchObject({ series: { id: 'b' }, sample: { value: 8 } });
    expect(readAt([a, b], 9.1).nearest?.sample.name).toBe('conv5');
    expect(readAt([a, b], 2).heights[0]).toBeCloseTo(0.1120452, 7);
    expect(reading.heights[1]).toBeNull();
    expect(readAt([], 0).nearest).toBeNull();
  });
});

describe('kdeTable', () => {
  it('holds every sample, and the curve of every series that has one', () => {
    const table = kdeTable([series([1, 2]), series([3], 'b')]);
    expect(table).toHaveLength(1 + 3 + 200);
    expect(table[1]).toEqual(['net a', 'sample', 'conv1', 1, '']);
    expect(table[3]).toEqual(['net b', 'sample', 'conv1', 3, '']);
  });

  it('F2 writes the norms themselves, to the last digit, where samples are logarithms', () => {
    const one = series([0.1, 0.7].map(Math.log10));
    const samples = one.samples.map((sample, k) => ({ ...sample, original: [0.1, 0.7][k]! }));
    const table = kdeTable([{ ...one, samples }], true);
    expect(table[0]!.at(-1)).toBe('density per decade');
    expect(table.slice(1, 3).map((row) => row[3])).toEqual([0.1, 0.7]);
    expect(table[3]![3]).toBeCloseTo(10 ** (one.result as { grid: Float64Array }).grid[0]!, 12);
  });
});

describe('xTicks', () => {
  it('stand where the axis is linear at round numbers, and else at round powers', () => {
    const linear = xTicks(kdeScales([series([1, 2, 3, 4, 10])], FRAME), false);
    expect(linear.map(({ text }) => text)).toEqual(['−5', '0', '5', '10', '15']);
    const log = xTicks(kdeScales([series([0.01, 1, 100].map(Math.log10))], FRAME), true);
    const named = log.filter(({ text }) => text !== '');
    for (const { text, at } of named) expect(Number(text)).toBeCloseTo(10 ** at, 9);
    expect(named.map(({ text }) => text)).toEqual(expect.arrayContaining(['0.01', '1', '100']));
  });
});
