import { describe, expect, it } from 'vitest';
import { exactNorms, tapSets } from './exact-norms.ts';
import { axisOf, checkGeometry, type ConvGeometry, type Pair } from './geometry.ts';
import { assumption1, paperFormulas, printedSets, unrealizedSets } from './lemma1.ts';
import { makeOperator } from './operator.ts';
import { makeKernel } from './kernels.ts';
import { plainGeometry } from './testing/plain-geometry.oracle.ts';
import { fixtureJson } from './testing/fixtures.ts';

const PLAIN = plainGeometry();

function square(
  input: number,
  kernel: number,
  stride: number,
  pads: Pair,
  dilation = 1,
): ConvGeometry {
  return {
    ...PLAIN,
    input: [input, input],
    kernel: [kernel, kernel],
    stride: [stride, stride],
    padding: [...pads, ...pads],
    dilation: [dilation, dilation],
  };
}

/** Maximal sets of the vertical axis, as "{0,2} {1}". */
function families(g: ConvGeometry): { columns: string; rows: string } {
  const [vertical] = tapSets(checkGeometry(g));
  const text = ({ sets, maximal }: typeof vertical.rows): string =>
    maximal
      .map((index) => `{${sets[index]!.join(',')}}`)
      .sort()
      .join(' ');
  return { columns: text(vertical.columns), rows: text(vertical.rows) };
}

describe('L1 true tap sets', () => {
  // Enumerated by hand and by an independent program.
  it.each([
    [square(32, 3, 1, [1, 1]), '{0,1,2}', '{0,1,2}'],
    [square(2, 3, 1, [1, 1]), '{0,1} {1,2}', '{0,1} {1,2}'],
    [square(1, 3, 1, [1, 1]), '{1}', '{1}'],
    [square(8, 3, 2, [1, 1]), '{0,2} {1}', '{0,1,2}'],
    [square(32, 3, 2, [0, 1]), '{0,2} {1}', '{0,1,2}'],
    [square(3, 3, 2, [1, 1]), '{0,2} {1}', '{0,1} {1,2}'],
    [square(2, 3, 2, [1, 1]), '{1} {2}', '{1,2}'],
    [square(224, 7, 2, [3, 3]), '{0,2,4,6} {1,3,5}', '{0,1,2,3,4,5,6}'],
    [square(224, 11, 4, [2, 2]), '{0,4,8} {1,5,9} {2,6,10} {3,7}', '{0,1,2,3,4,5,6,7,8,9,10}'],
    [square(6, 5, 1, [0, 0]), '{0,1} {1,2} {2,3} {3,4}', '{0,1,2,3,4}'],
    [square(8, 2, 2, [0, 0]), '{0} {1}', '{0,1}'],
    [square(32, 3, 2, [2, 2], 2), '{0,1,2}', '{0,1,2}'],
    [square(32, 3, 3, [2, 2], 2), '{0} {1} {2}', '{0,1,2}'],
  ])('of geometry %# are the enumerated ones', (geometry, columns, rows) => {
    expect(families(geometry)).toEqual({ columns, rows });
  });
});

type Golden = [
  name: string,
  shape: [number, number, number, number],
  geometry: Partial<ConvGeometry>,
  values: [l1: number, linf: number, formula1: number, formula2: number],
];

const twice = (n: number): Pair => [n, n];
const pads = (n: number): ConvGeometry['padding'] => [n, n, n, n];

/** K[i,j,k,t] = sin(1+3i+5j+7k+11t); values from an independent program, 9 and 6 decimals. */
const GOLDENS: Golden[] = [
  [
    'ordinary same conv',
    [4, 3, 3, 3],
    { padding: pads(1) },
    [25.516006492, 17.937093896, 25.516006, 17.937094],
  ],
  [
    'stride 2, padding 1',
    [4, 3, 3, 3],
    { stride: twice(2), padding: pads(1) },
    [11.888844081, 17.937093896, 11.888844, 17.937094],
  ],
  [
    'TensorFlow same, stride 2',
    [4, 3, 3, 3],
    { stride: twice(2), padding: [0, 1, 0, 1] },
    [11.888844081, 17.937093896, 11.888844, 17.937094],
  ],
  [
    'last convs of VGG-11: 2x2 input',
    [4, 3, 3, 3],
    { input: twice(2), padding: pads(1) },
    [10.448586171, 7.733561776, 10.448586, 17.937094],
  ],
  [
    '1x1 input',
    [4, 3, 3, 3],
    { input: twice(1), padding: pads(1) },
    [3.849897775, 1.719089456, 3.943518, 17.937094],
  ],
  [
    'odd input, stride 2',
    [4, 3, 3, 3],
    { input: twice(3), stride: twice(2), padding: pads(1) },
    [11.888844081, 7.733561776, 11.888844, 17.937094],
  ],
  [
    'unequal axes',
    [4, 3, 2, 3],
    { input: [5, 7], stride: [1, 2], padding: [0, 0, 1, 1] },
    [14.618974032, 11.826401245, 14.618974, 11.826401],
  ],
  [
    'stride = kernel',
    [4, 3, 2, 2],
    { stride: twice(2) },
    [3.941353301, 7.617699419, 3.941353, 7.617699],
  ],
  [
    'dilation 2, stride 2',
    [4, 3, 3, 3],
    { input: twice(9), stride: twice(2), dilation: twice(2), padding: pads(2) },
    [25.516006492, 17.937093896, 11.888844, 17.937094],
  ],
  [
    'groups 2',
    [6, 2, 3, 3],
    { stride: twice(2), padding: pads(1), groups: 2 },
    [8.98602958, 11.907067102, 17.206253, 11.907067],
  ],
  [
    'depthwise',
    [4, 1, 3, 3],
    { input: twice(6), padding: pads(1), groups: 4 },
    [6.407915811, 6.407915811, 25.516006, 6.407916],
  ],
  [
    '5x5 padding 2 on 3x3',
    [4, 3, 5, 5],
    { input: twice(3), padding: pads(2) },
    [25.52901512, 17.95332616, 25.529015, 48.516315],
  ],
  [
    '1x1 stride 2',
    [5, 7, 1, 1],
    { input: twice(4), stride: twice(2) },
    [4.711160709, 4.416335658, 4.711161, 4.416336],
  ],
  ['dense', [5, 7, 1, 1], { input: twice(1) }, [4.711160709, 4.416335658, 4.711161, 4.416336]],
];

describe('L2 golden layers', () => {
  it.each(GOLDENS)(
    '%s: true norms, and what the formulas say read literally',
    (_, shape, geometry, values) => {
      const g: ConvGeometry = {
        ...PLAIN,
        padding: pads(0),
        ...geometry,
        dOut: shape[0],
        dIn: shape[1] * (geometry.groups ?? 1),
        kernel: [shape[2], shape[3]],
      };
      const kernel = sine(shape);
      const op = makeOperator(g, kernel);
      const { l1, linf } = exactNorms(op);
      const paper = paperFormulas(op, 'literal');
      expect(l1.value).toBeCloseTo(values[0], 8);
      expect(linf.value).toBeCloseTo(values[1], 8);
      expect(paper.formula1).toBeCloseTo(values[2], 5);
      expect(paper.formula2).toBeCloseTo(values[3], 5);
    },
  );
});

function sine([dOut, inGroup, k1, k2]: readonly [number, number, number, number]): Float64Array {
  const kernel: number[] = [];
  for (let i = 0; i < dOut; i++) {
    for (let j = 0; j < inGroup; j++) {
      for (let k = 0; k < k1; k++) {
        for (let t = 0; t < k2; t++) kernel.push(Math.sin(1 + 3 * i + 5 * j + 7 * k + 11 * t));
      }
    }
  }
  return Float64Array.from(kernel);
}

/** Every symmetric geometry of one axis with κ ≤ 11, s ≤ 6, p ≤ 12, h ≤ 30. */
function* sweep(): Generator<ConvGeometry> {
  for (let k = 1; k <= 11; k++) {
    for (let s = 1; s <= 6; s++) {
      for (let p = 0; p <= 12; p++) {
        for (let h = 1; h <= 30; h++) {
          if (h + 2 * p < k) continue;
          yield {
            ...PLAIN,
            dIn: 1,
            dOut: 1,
            input: [h, 1],
            kernel: [k, 1],
            stride: [s, 1],
            padding: [p, p, 0, 0],
          };
        }
      }
    }
  }
}

describe('L3 Theorem 1', () => {
  it('holds wherever Assumption 1 does, and the sharp condition decides Eq. (2), on 24,990 geometries', () => {
    const count = {
      all: 0,
      holds: 0,
      one: 0,
      two: 0,
      oneAnyway: 0,
      twoAnyway: 0,
      sharpWrong: 0,
      oneMissed: 0,
    };
    for (const geometry of sweep()) {
      // Weights without zeros and without coincidences: a missing tap always shows.
      const kernel = Float64Array.from(
        { length: geometry.kernel[0] },
        (_, k) => 1 + Math.sqrt(k + 2),
      );
      const op = makeOperator(geometry, kernel);
      const { l1, linf } = exactNorms(op);
      const { formula1, formula2 } = paperFormulas(op, 'literal');
      const { printed, sharp } = assumption1(op.geometry);
      // One axis is swept; the other is a single pixel, on which the printed form (c ≥ 1) fails.
      const oneRight = unrealizedSets(op.geometry)[0].length === 0; // for every kernel, not this one
      if (oneRight !== Math.abs(formula1 - l1.value) < 1e-9 && oneRight) count.oneMissed++;
      const twoRight = Math.abs(formula2 - linf.value) < 1e-9;
      count.all++;
      if (twoRight !== sharp[0].holds) count.sharpWrong++;
      if (printed[0].holds) {
        count.holds++;
        if (!oneRight) count.one++;
        if (!twoRight) count.two++;
      } else {
        if (oneRight) count.oneAnyway++;
        if (twoRight) count.twoAnyway++;
      }
    }
    // An independent enumeration gave these counts.
    expect(count).toEqual({
      all: 24_990,
      holds: 20_196,
      one: 0,
      two: 0,
      oneAnyway: 2631,
      twoAnyway: 231,
      sharpWrong: 0,
      oneMissed: 0,
    });
  });

  it("those counts are the reference's", () => {
    expect(fixtureJson('norms/theorem1_sweep.json')).toMatchObject({
      geometries: 24_990,
      assumption1_holds: 20_196,
      of_those_formula1_right_anyway: 2631,
      of_those_formula2_right_anyway: 231,
    });
  });
});

describe('L4 Assumption 1', () => {
  it('spells out κ + c·s − p ≤ h with its numbers', () => {
    const { printed, printedHolds } = assumption1(checkGeometry(square(2, 3, 1, [1, 1])));
    expect(printed[0]).toEqual({ c: 1, left: 3, right: 2, holds: false });
    expect(printedHolds).toBe(false);
  });

  it('as printed rejects what the sharp condition accepts: padding 0 on an input of the kernel size', () => {
    const result = assumption1(checkGeometry(square(3, 3, 1, [0, 0])));
    expect([result.printedHolds, result.sharpHolds]).toEqual([false, true]);
  });

  it('never holds for circular padding, which the paper does not treat', () => {
    const circular = checkGeometry({ ...PLAIN, boundary: 'circular' });
    expect(assumption1(circular).sharpHolds).toBe(false);
  });
});

describe('L5 members of S that no column realizes', () => {
  it('are tap 0 and tap 2 on a single pixel, where only the centre tap is seen', () => {
    const g = checkGeometry(square(1, 3, 1, [1, 1]));
    expect(unrealizedSets(g)[0].map((set) => set.taps)).toEqual([[0], [2]]);
    expect(printedSets(axisOf(g, 0), [[1]]).find((set) => set.realized)?.taps).toEqual([1]);
  });

  it('do not exist under Assumption 1', () => {
    expect(unrealizedSets(checkGeometry(square(8, 3, 2, [1, 1])))).toEqual([[], []]);
  });
});

describe('L6 freshly initialised 512→512 3x3 on 2x2', () => {
  it('has norms less than half of what "all taps" would give', () => {
    const g = { ...square(2, 3, 1, [1, 1]), dIn: 512, dOut: 512 };
    const op = makeOperator(g, makeKernel(checkGeometry(g), { kind: 'pytorch', seed: 1 }));
    const { l1, linf } = exactNorms(op);
    const { formula2 } = paperFormulas(op, 'literal');
    // Maxima over 512 channels of sums of 2,048 uniforms: an independent draw gave 15.64, 15.74, 34.95.
    expect(Math.abs(l1.value - 15.64)).toBeLessThan(0.3);
    expect(Math.abs(linf.value - 15.74)).toBeLessThan(0.3);
    expect(Math.abs(formula2 - 34.95)).toBeLessThan(0.4);
  });
});
