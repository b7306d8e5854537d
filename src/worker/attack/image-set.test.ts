import { describe, expect, it } from 'vitest';
import { makeShapes } from '../../data/shapes.ts';
import { DEFAULT_ATTACK_PLAN } from '../../model/attack/plan.ts';
import { plannedSet } from './image-set.ts';

const plan = (from: number, count: number) => ({
  ...DEFAULT_ATTACK_PLAN,
  images: { ...DEFAULT_ATTACK_PLAN.images, from, count },
});

describe('Y27 generated images of a plan', () => {
  it('are those of their numbers, and no others are made for them', async () => {
    const { set } = await plannedSet(plan(7, 5));
    const { images, labels } = makeShapes({ seed: 1, count: 12, part: 'test' });
    const size = images.length / 12;
    expect(set.images).toEqual(Float32Array.from(images.subarray(7 * size), (byte) => byte / 255));
    expect(Array.from(set.labels)).toEqual(Array.from(labels.subarray(7)));
    expect(Array.from(set.indices)).toEqual([7, 8, 9, 10, 11]);
    const far = await plannedSet(plan(199_999, 1));
    expect(far.set.images.buffer.byteLength).toBe(4 * size);
  });

  it('beyond the last number are refused beside the field', async () => {
    await expect(plannedSet(plan(199_999, 400))).rejects.toMatchObject({
      path: 'images.from',
      reason: 'generated images are numbered from 0 to 199999; images 199999 to 200398 are wanted.',
    });
    await expect(plannedSet(plan(2 ** 41, 1))).rejects.toMatchObject({ path: 'images.from' });
  });
});
