import { describe, expect, it } from 'vitest';
import { barLayout, barTable, type BarData } from './bar-layout.ts';

function data(values: (number | null)[][], log = false): BarData {
  const categories = values[0]!.map((_, at) => `conv${at + 1}`);
  const series = values.map((list, at) => ({
    id: String(at),
    label: `net ${at}`,
    color: 'red',
    values: list,
  }));
  return { categories, series, log };
}

describe('barLayout', () => {
  it('gives bars heights in proportion to their values, from 0', () => {
    const { y, base } = barLayout(data([[1, 2, 4]]), 600);
    expect((base - y(4)) / (base - y(1))).toBeCloseTo(4, 12);
    expect(y(0)).toBe(base);
  });

  it('gives equal ratios equal distances on a logarithmic axis; what is not positive has no bar', () => {
    const { y, base } = barLayout(data([[1, 10, 100, 0]], true), 600);
    expect(y(1) - y(10)).toBeCloseTo(y(10) - y(100), 9);
    expect(y(1)).toBeLessThan(base);
    expect(y(0)).toBe(base);
  });

  it('keeps groups apart, bars in their group, and all within the picture', () => {
    const layout = barLayout(data([Array<number>(76).fill(1), Array<number>(76).fill(2)]), 300);
    const { group, bar, width, left, right } = layout;
    expect(width).toBeGreaterThan(300);
    expect(group(0)).toBe(left);
    expect(group(75)! + group.bandwidth()).toBeCloseTo(width - right, 9);
    expect(bar(1)! + bar.bandwidth()).toBeCloseTo(group.bandwidth(), 9);
    expect(bar.bandwidth()).toBeGreaterThanOrEqual(3);
  });

  it('writes long names upwards and short ones along', () => {
    expect(barLayout(data([[1, 2]]), 600).upright).toBe(false);
    expect(barLayout(data([Array<number>(40).fill(1)]), 600).upright).toBe(true);
  });

  it('has axes without values, too', () => {
    expect(barLayout(data([[null]], true), 300).ticks.length).toBeGreaterThan(1);
    expect(barLayout({ categories: [], series: [], log: false }, 300).width).toBe(300);
  });
});

describe('barTable', () => {
  it('has a row for each layer and leaves what is unknown empty', () => {
    const table = barTable(data([[1, null]]), 'layer');
    expect(table).toEqual([
      ['layer', 'net 0'],
      ['conv1', 1],
      ['conv2', ''],
    ]);
  });
});
