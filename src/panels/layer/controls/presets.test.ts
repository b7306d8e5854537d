import { describe, expect, it } from 'vitest';
import { exactNorms } from '../../../math/exact-norms.ts';
import { assumption1, paperFormulas } from '../../../math/lemma1.ts';
import { operatorOf } from '../../../model/layer/operator.ts';
import { columnSets } from '../lemma/product-sets.ts';
import { PRESETS } from './presets.ts';

function preset(id: string): ReturnType<typeof operatorOf> {
  return operatorOf(PRESETS.find((one) => one.id === id)!.spec);
}

describe('the presets', () => {
  it.each(PRESETS.map((one) => [one.id, one] as const))('%s can be', (_, { spec }) => {
    expect(operatorOf(spec).kernel.length).toBeGreaterThan(0);
  });

  it('do what they say', () => {
    const maximal = (id: string): number =>
      columnSets(preset(id)).sets.filter((set) => set.maximal).length;
    expect([maximal('default'), maximal('plain')]).toEqual([4, 1]);

    const vgg = preset('vgg11');
    expect(assumption1(vgg.geometry).sharpHolds).toBe(false);
    const ratio = paperFormulas(vgg, 'literal').formula2 / exactNorms(vgg).linf.value;
    expect(ratio).toBeGreaterThan(2);

    const { rows, columns } = preset('stem').geometry;
    expect([rows, columns]).toEqual([802_816, 150_528]);

    const onePixel = preset('one-pixel');
    expect(columnSets(onePixel).sets.map(({ taps }) => taps)).toEqual([[[1], [1]]]);

    const dilated = preset('dilated');
    const literal = paperFormulas(dilated, 'literal').formula1;
    expect(literal).toBeLessThan(exactNorms(dilated).l1.value);

    const unread = columnSets(preset('shortcut')).sets.filter(
      ({ taps }) => taps[0].length * taps[1].length === 0,
    );
    expect(unread.reduce((sum, { count }) => sum + count, 0)).toBe(48);

    const { l1, linf } = exactNorms(preset('sobel'));
    expect([l1.value, linf.value]).toEqual([4, 2]);
  });
});
