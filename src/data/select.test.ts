import { describe, expect, it } from 'vitest';
import { DEFAULT_EXPERIMENT } from '../model/train/experiment.ts';
import { makeShapes } from './shapes.ts';
import { selectImages } from './select.ts';

const SET = { ...makeShapes({ seed: 4, count: 50 }), name: 'own' };
const TEST = makeShapes({ seed: 4, count: 20, part: 'test' });
const choice = { ...DEFAULT_EXPERIMENT.data, source: 'own' as const, own: 'own' };

describe('images of an experiment', () => {
  it('are generated from their seed', () => {
    const data = { ...DEFAULT_EXPERIMENT.data, train: 30, test: 10, seed: 9 };
    const { train, test, fingerprint } = selectImages(data, null);
    expect(train.images).toEqual(makeShapes({ seed: 9, count: 30 }).images);
    expect(test.images).toEqual(makeShapes({ seed: 9, count: 10, part: 'test' }).images);
    expect(fingerprint).toBe('shapes, seed 9, 30 and 10 images');
  });

  it('are the first of each part, or all of it for 0', () => {
    const some = selectImages({ ...choice, train: 12, test: 0 }, { train: SET, test: TEST });
    expect([...some.train.labels]).toEqual([...SET.labels.slice(0, 12)]);
    expect(some.test.labels.length).toBe(20);
  });

  it('are split by the seed where there are no test images, a fifth of each class to test', () => {
    const parts = { train: SET, test: null };
    const whole = { ...choice, train: 0, test: 0 };
    const one = selectImages({ ...whole, seed: 1 }, parts);
    const two = selectImages({ ...whole, seed: 2 }, parts);
    expect([one.train.labels.length, one.test.labels.length]).toEqual([40, 10]);
    expect(new Set(one.test.labels).size).toBe(10);
    expect(one.fingerprint).not.toBe(two.fingerprint);
  });

  it('have a name that changes with a single pixel', () => {
    const images = SET.images.slice();
    images[777]! ^= 1;
    const name = (train: typeof SET): string =>
      selectImages({ ...choice, train: 0, test: 0 }, { train, test: TEST }).fingerprint;
    expect(name(SET)).toBe(name({ ...SET, images: SET.images.slice() }));
    expect(name({ ...SET, images })).not.toBe(name(SET));
  });

  it('are refused when there are not so many, naming the field', () => {
    const ask = (): unknown =>
      selectImages({ ...choice, train: 51, test: 0 }, { train: SET, test: TEST });
    expect(ask).toThrow('data.train is 51, but own has 50; give at most as many, or 0 for all.');
  });
});
