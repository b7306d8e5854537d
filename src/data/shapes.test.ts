import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkImageSet, classCounts, imageAt, subset } from './dataset.ts';
import type { ImageSet } from './dataset.ts';
import { ImageRng } from './image-rng.ts';
import { nearestOtherClass } from './separation.ts';
import { SHAPE_CLASSES } from './shape-outlines.ts';
import { ShapePainter } from './shape-painter.ts';
import { makeShapes } from './shapes.ts';

function linf(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((most, value, k) => Math.max(most, Math.abs(value - b[k]!)), 0);
}

describe('D10 shapes', () => {
  it('has the same image n whatever was asked for', () => {
    const all = makeShapes({ seed: 7, count: 40 });
    const part = makeShapes({ seed: 7, count: 9, first: 13 });
    expect(checkImageSet(all)).toMatchObject({ height: 32, width: 32, channels: 3 });
    expect(part).toEqual(subset(all, [13, 14, 15, 16, 17, 18, 19, 20, 21]));
  });

  it('is still the set that it was when its difficulty was measured', () => {
    const { images, labels } = makeShapes({ seed: 1, count: 100 });
    const hash = createHash('sha256').update(images).update(labels).digest('hex');
    expect(hash).toBe('9b8065cbc133e1d7c73bb4ef931772b613568154696e3c163cecd7cef1497759');
  });

  it('has other images and labels for another seed and for the test part', () => {
    const base = makeShapes({ seed: 7, count: 30 });
    for (const change of [{ seed: 8 }, { seed: 7 + 2 ** 32 }, { part: 'test' as const }]) {
      const other = makeShapes({ seed: 7, count: 30, ...change });
      expect(other.labels).not.toEqual(base.labels);
      for (let k = 0; k < 30; k++) expect(imageAt(other, k)).not.toEqual(imageAt(base, k));
    }
  });

  it('has every class once in each ten images, at each of the ten places about as often', () => {
    const n = 20_000;
    const { labels } = makeShapes({ seed: 3, count: n });
    const places = new Float64Array(100);
    for (let k = 0; k < n; k++) places[10 * (k % 10) + labels[k]!]! += 1;
    for (let k = 0; k < n; k += 10) expect(new Set(labels.subarray(k, k + 10)).size).toBe(10);
    // Chi-square of 100 cells with 81 degrees of freedom: 81 + 5 standard deviations (12.7).
    const chi = places.reduce((sum, count) => sum + (count - n / 100) ** 2 / (n / 100), 0);
    expect(chi).toBeLessThan(145);
  });

  it('differs by outline alone: the same image of another class is at least 0.1 away', () => {
    const painter = new ShapePainter();
    const rng = new ImageRng();
    const paint = (label: number, index: number): Uint8Array => {
      const out = new Uint8Array(3072);
      rng.start({ seed: 5, stream: 1 }, index);
      painter.paint(label, rng, out);
      return out;
    };
    for (let index = 0; index < 40; index++) {
      const twins = SHAPE_CLASSES.map((_, label) => paint(label, index));
      twins.forEach((twin, k) => {
        for (const other of twins.slice(0, k)) expect(linf(twin, other) / 255).toBeGreaterThan(0.1);
      });
    }
  });

  it('has outlines that fit a disc of radius 1.1 and fill a quarter to a half of it', () => {
    for (const { name, outline } of SHAPE_CLASSES) {
      let inside = 0;
      for (let y = -1.2; y < 1.2; y += 0.01) {
        for (let x = -1.2; x < 1.2; x += 0.01) {
          if (outline(x, y) >= 0) continue;
          inside += 1e-4;
          expect(Math.hypot(x, y), name).toBeLessThan(1.1);
        }
      }
      expect(inside / Math.PI, name).toBeGreaterThan(0.25);
      expect(inside / Math.PI, name).toBeLessThan(0.56);
    }
  });

  it.each([{ seed: -1 }, { seed: 0.5 }, { count: 0 }, { count: 1e6 }, { first: -1 }])(
    'refuses %o',
    (change) => {
      expect(() => makeShapes({ seed: 1, count: 1, ...change })).toThrow(RangeError);
      expect(() => makeShapes({ seed: 1, count: 1, ...change })).toThrow(Object.keys(change)[0]!);
    },
  );
});

describe('D11 the distance to the nearest image of another class', () => {
  const set = makeShapes({ seed: 2, count: 120 });

  it('is that of comparing everything with everything', () => {
    const nearest = Array.from({ length: 120 }, (_, a) => {
      const others = Array.from({ length: 120 }, (__, b) => b);
      const apart = others.filter((b) => set.labels[a] !== set.labels[b]);
      return Math.min(...apart.map((b) => linf(imageAt(set, a), imageAt(set, b))));
    });
    const { minimum, pair, median, compared } = nearestOtherClass(set);
    expect(minimum).toBe(Math.min(...nearest));
    expect(linf(imageAt(set, pair[0]), imageAt(set, pair[1]))).toBe(minimum);
    expect(set.labels[pair[0]]).not.toBe(set.labels[pair[1]]);
    expect(median).toBe(nearest.toSorted((a, b) => a - b)[60]);
    expect(compared).toBe(120);
  });

  it('may be taken of a sample of different images, the same for the same seed', () => {
    const some = nearestOtherClass(set, { sample: 30, seed: 4 });
    expect(some).toEqual(nearestOtherClass(set, { sample: 30, seed: 4 }));
    expect(some.compared).toBe(30);
    expect(some.minimum).toBeGreaterThanOrEqual(nearestOtherClass(set).minimum);
    expect(nearestOtherClass(set, { sample: 119, seed: 9 }).minimum).toBeGreaterThan(0);
  });

  it('is 0 for the same image under two labels and 255 for black against white', () => {
    const two = (images: Uint8Array): ImageSet => ({
      name: 'two',
      images,
      labels: Uint8Array.of(0, 1),
      classes: ['a', 'b'],
      height: 1,
      width: 2,
      channels: 1,
    });
    expect(nearestOtherClass(two(Uint8Array.of(3, 4, 3, 4))).minimum).toBe(0);
    expect(nearestOtherClass(two(Uint8Array.of(0, 4, 255, 4))).minimum).toBe(255);
    const same = { ...two(new Uint8Array(4)), labels: Uint8Array.of(1, 1) };
    expect(() => nearestOtherClass(same)).toThrow('all of one class');
    expect(classCounts(same)).toEqual([0, 2]);
  });
});
