import { describe, expect, it } from 'vitest';
import { augmentationAt, batchAt, batchesPerEpoch, makeBatchBuffer } from './batches.ts';
import { classCounts, imageAt, subset } from './dataset.ts';
import type { ImageSet } from './dataset.ts';
import { epochOrder, splitSet } from './order.ts';
import { makeShapes } from './shapes.ts';

const COUNT = 103;
const SET = makeShapes({ seed: 11, count: COUNT });
const AT = { seed: 2 ** 40 + 9, epoch: 3 };

/** Images of a whole epoch by index, taken in batches of `batchSize`, last batch first. */
function epoch(batchSize: number, augment: boolean): Map<number, Float32Array> {
  const seen = new Map<number, Float32Array>();
  const out = makeBatchBuffer(SET, batchSize);
  for (let batch = batchesPerEpoch(SET, batchSize) - 1; batch >= 0; batch--) {
    const { images, labels, indices } = batchAt(SET, { ...AT, batch, batchSize, augment }, out);
    indices.forEach((index, k) => {
      expect(seen.has(index)).toBe(false);
      expect(labels[k]).toBe(SET.labels[index]);
      seen.set(index, images.slice(k * 3072, (k + 1) * 3072));
    });
  }
  return seen;
}

/** Chi-square of counts that should all be equal. */
function chiSquare(counts: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
}

/** The degrees of freedom and five standard deviations of the chi-square distribution. */
function bound(degrees: number): number {
  return degrees + 5 * Math.sqrt(2 * degrees);
}

describe('D12 an epoch', () => {
  it('holds every image once, with the same pixels whatever the batch size', () => {
    const expected = epoch(32, true);
    expect(expected.size).toBe(COUNT);
    for (const batchSize of [1, 7, 103, 500]) {
      const found = epoch(batchSize, true);
      expect(found.size).toBe(COUNT);
      // A quarter of a million numbers: compared here, since toEqual takes seconds for them.
      const differing = [...expected].filter(
        ([index, pixels]) => !pixels.every((value, at) => found.get(index)![at] === value),
      );
      expect(differing.map(([index]) => index)).toEqual([]);
    }
  });

  it('continues where it was left: a batch depends on no batch before it', () => {
    const plan = { ...AT, batch: 4, batchSize: 10, augment: true };
    const first = batchAt(SET, plan);
    batchAt(SET, { ...plan, seed: 1, epoch: 8 });
    batchAt(subset(SET, [0, 1, 2]), { ...plan, batch: 0 });
    expect(batchAt(SET, plan)).toEqual(first);
  });

  it('has a short last batch, and an order that changes with the seed and the epoch', () => {
    const plan = { ...AT, batch: 3, batchSize: 32, augment: false };
    expect(batchesPerEpoch(SET, 32)).toBe(4);
    expect(batchAt(SET, plan).images.length).toBe(7 * 3072);
    const orders = [AT, { ...AT, epoch: 4 }, { ...AT, seed: 9 }].map((at) => epochOrder(COUNT, at));
    expect(orders[0]).not.toEqual(orders[1]);
    expect(orders[0]).not.toEqual(orders[2]);
  });

  it('without shuffle or augmentation is the set itself over 255', () => {
    const plan = { seed: 0, epoch: 0, batch: 1, batchSize: 50, augment: false, shuffle: false };
    const { images, labels, indices } = batchAt(SET, plan);
    expect([...indices]).toEqual(Array.from({ length: 50 }, (_, k) => 50 + k));
    expect([...labels]).toEqual([...SET.labels.subarray(50, 100)]);
    const bytes = SET.images.subarray(50 * 3072, 100 * 3072);
    expect(images).toEqual(Float32Array.from(bytes, (byte) => byte / 255));
  });

  it('refuses a batch past its end, sizes that are not whole, and a buffer too small', () => {
    const plan = { ...AT, batch: 0, batchSize: 32, augment: true };
    expect(() => batchAt(SET, { ...plan, batch: 4 })).toThrow('batch is 4');
    expect(() => batchAt(SET, { ...plan, batchSize: 0 })).toThrow('batchSize is 0');
    expect(() => batchAt(SET, { ...plan, epoch: -1 })).toThrow('epoch is -1');
    expect(() => batchAt(SET, { ...plan, seed: 0.5 })).toThrow('seed is 0.5');
    expect(() => batchAt(SET, plan, makeBatchBuffer(SET, 31))).toThrow('out holds 31 images');
  });
});

describe('D13 augmentation', () => {
  it('crops the zero-padded image at the offset and then mirrors it, at any shape', () => {
    const images = Uint8Array.from({ length: 6 * 5 * 4 * 3 }, (_, k) => (k * 37) & 255);
    const sides = { height: 5, width: 4, channels: 3 };
    const set: ImageSet = {
      name: 'odd',
      images,
      labels: new Uint8Array(6),
      classes: ['a', 'b'],
      ...sides,
    };
    for (let number = 1; number <= 20; number++) {
      const at = { seed: 5, epoch: number };
      const { images: got, indices } = batchAt(set, {
        ...at,
        batch: 0,
        batchSize: 6,
        augment: true,
      });
      const want = Array.from(indices, (index) => slowView(set, index, augmentationAt(at, index)));
      expect([...got]).toEqual(want.flat());
    }
  });

  function slowView(
    set: ImageSet,
    index: number,
    { dy, dx, flip }: { dy: number; dx: number; flip: boolean },
  ): number[] {
    const { height, width, channels } = set;
    const padded = new Map<string, number>();
    imageAt(set, index).forEach((byte, k) => {
      const [pixel, c] = [Math.floor(k / channels), k % channels];
      padded.set([Math.floor(pixel / width) + 4, (pixel % width) + 4, c].join(), byte);
    });
    const out: number[] = [];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < channels; c++) {
          const column = (flip ? width - 1 - x : x) + dx + 4;
          out.push(Math.fround((padded.get([y + dy + 4, column, c].join()) ?? 0) / 255));
        }
    return out;
  }

  it('has all 162 crops and flips about equally often, over images and over epochs', () => {
    // Chi-square with 161 degrees of freedom, five standard deviations.
    for (const draws of [
      Array.from({ length: 32_400 }, (_, index) => augmentationAt(AT, index)),
      Array.from({ length: 32_400 }, (_, k) => augmentationAt({ seed: 1, epoch: k }, 77)),
    ]) {
      const counts = new Array<number>(162).fill(0);
      for (const { dy, dx, flip } of draws)
        counts[18 * (dy + 4) + 2 * (dx + 4) + Number(flip)]! += 1;
      expect(chiSquare(counts)).toBeLessThan(bound(161));
    }
  });
});

describe('D14 the order of an epoch', () => {
  it('brings each thing to each place about equally often', () => {
    const n = 12;
    const places = new Array<number>(n * n).fill(0);
    const pairs = new Array<number>(2).fill(0);
    for (let number = 0; number < 6000; number++) {
      const order = epochOrder(n, { seed: 3, epoch: number });
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, k) => k));
      order.forEach((thing, place) => (places[n * place + thing]! += 1));
      pairs[Number(order.indexOf(4) < order.indexOf(5))]! += 1;
    }
    expect(chiSquare(places)).toBeLessThan(bound((n - 1) ** 2));
    // Five standard deviations of a fair coin, squared.
    expect(chiSquare(pairs)).toBeLessThan(25);
  });

  it('of 50,000 moves almost every image', () => {
    const order = epochOrder(50_000, AT);
    const fixed = order.filter((thing, place) => thing === place).length;
    // The number of fixed points of a random order is Poisson with mean 1.
    expect(fixed).toBeLessThan(10);
  });
});

describe('D15 a split', () => {
  it('is the same for the same seed, keeps the classes in proportion, and uses all images once', () => {
    const { train, test } = splitSet(SET, { seed: 6, testShare: 0.2 });
    expect(splitSet(SET, { seed: 6, testShare: 0.2 })).toEqual({ train, test });
    expect(splitSet(SET, { seed: 7, testShare: 0.2 }).test).not.toEqual(test);
    expect([...train, ...test].sort((a, b) => a - b)).toEqual(
      Array.from({ length: COUNT }, (_, k) => k),
    );
    expect(classCounts(subset(SET, test))).toEqual(new Array(10).fill(2));
  });

  it('has at least one image of each class on either side, and says where that cannot be', () => {
    const labels = Uint8Array.of(0, 0, 1, 1, 1);
    const small = { ...subset(SET, [0, 1, 2, 3, 4]), labels, classes: ['a', 'b', 'none'] };
    for (const testShare of [0.01, 0.99]) {
      const { train, test } = splitSet(small, { seed: 1, testShare });
      const side = testShare < 0.5 ? test : train;
      expect(classCounts(subset(small, side))).toEqual([1, 1, 0]);
    }
    const lone = { ...small, labels: Uint8Array.of(0, 1, 1, 1, 1) };
    expect(() => splitSet(lone, { seed: 1, testShare: 0.5 })).toThrow('class "a" has one image');
    expect(() => splitSet(small, { seed: 1, testShare: 1 })).toThrow('testShare is 1');
  });
});
