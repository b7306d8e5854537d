import { describe, expect, it } from 'vitest';
import { exactNorms } from '../../math/exact-norms.ts';
import { GeometryError, type Pair } from '../../math/geometry.ts';
import { matrixEntry, matrixView } from '../../math/matrix.ts';
import { matrixShape } from '../../math/operator.ts';
import { fillNormal } from '../../math/random.ts';
import { bruteL1, bruteLinf } from '../../math/testing/brute-force.oracle.ts';
import { DEFAULT_LAYER, resolveLayer, type LayerSpec, type PaddingSpec } from './layer.ts';
import { operatorOf } from './operator.ts';

function paddingOf(padding: PaddingSpec, change: Partial<LayerSpec> = {}): readonly number[] {
  return resolveLayer({ ...DEFAULT_LAYER, padding, ...change }).geometry.padding;
}

function fieldOf(spec: Partial<LayerSpec>): string {
  try {
    operatorOf({ ...DEFAULT_LAYER, ...spec });
  } catch (error) {
    if (error instanceof GeometryError) return error.field;
    throw error;
  }
  return 'accepted';
}

/** M of a transposed convolution from its own definition: input pixel x adds K·x at s·x + d·k − p. */
function transposedMatrix(spec: LayerSpec, output: Pair, values: Float64Array): Float64Array[] {
  const [h, w] = spec.input;
  const sides = (spec.padding as Extract<PaddingSpec, { kind: 'explicit' }>).sides;
  const outGroup = spec.dOut / spec.groups;
  const rows = Array.from(
    { length: spec.dOut * output[0] * output[1] },
    () => new Float64Array(spec.dIn * h * w),
  );
  for (let i = 0; i < spec.dIn; i++) {
    const firstOutput = Math.floor(i / (spec.dIn / spec.groups)) * outGroup;
    for (let o = 0; o < outGroup; o++) {
      for (let k = 0; k < spec.kernel[0]; k++) {
        for (let t = 0; t < spec.kernel[1]; t++) {
          for (let y = 0; y < h; y++) {
            for (let x = 0; x < w; x++) {
              const oy = y * spec.stride[0] + k * spec.dilation[0] - sides[0];
              const ox = x * spec.stride[1] + t * spec.dilation[1] - sides[2];
              if (oy < 0 || oy >= output[0] || ox < 0 || ox >= output[1]) continue;
              const value = values[((i * outGroup + o) * spec.kernel[0] + k) * spec.kernel[1] + t]!;
              rows[((firstOutput + o) * output[0] + oy) * output[1] + ox]![(i * h + y) * w + x]! +=
                value;
            }
          }
        }
      }
    }
  }
  return rows;
}

describe('S1 padding words', () => {
  it.each<[string, PaddingSpec, Partial<LayerSpec>, readonly number[]]>([
    ['valid', { kind: 'valid' }, {}, [0, 0, 0, 0]],
    ['TensorFlow same, stride 2 on 8', { kind: 'same-tensorflow' }, {}, [0, 1, 0, 1]],
    [
      'TensorFlow same, stride 2 on 7',
      { kind: 'same-tensorflow' },
      { input: [7, 7] },
      [1, 1, 1, 1],
    ],
    ['TensorFlow same, kernel 1', { kind: 'same-tensorflow' }, { kernel: [1, 1] }, [0, 0, 0, 0]],
    [
      'TensorFlow same, dilation 2',
      { kind: 'same-tensorflow' },
      { stride: [1, 1], dilation: [2, 1] },
      [2, 2, 1, 1],
    ],
    [
      'PyTorch same, even kernel',
      { kind: 'same-pytorch' },
      { stride: [1, 1], kernel: [4, 3] },
      [1, 2, 1, 1],
    ],
  ])('%s', (_, padding, change, expected) => {
    expect(paddingOf(padding, change)).toEqual(expected);
  });

  it("refuses PyTorch's 'same' with a stride, as PyTorch does", () => {
    expect(fieldOf({ padding: { kind: 'same-pytorch' } })).toBe('padding');
  });

  it.each(['reflect', 'replicate'] as const)(
    'refuses %s padding, whose M has signed sums',
    (mode) => {
      expect(() => operatorOf({ ...DEFAULT_LAYER, paddingMode: mode })).toThrow(/signed sums/);
    },
  );

  it('accepts circular padding where the theory holds, and names what fails elsewhere', () => {
    expect(fieldOf({ paddingMode: 'circular', stride: [1, 1] })).toBe('accepted');
    expect(fieldOf({ paddingMode: 'circular' })).toBe('vertical stride');
  });
});

describe('S2 transposed convolutions', () => {
  it('have the matrix of their own definition, and its norms', () => {
    let checked = 0;
    for (let n = 0; n < 400; n++) {
      const [a, b, c] = [n % 3, Math.floor(n / 3) % 3, Math.floor(n / 9) % 3];
      const groups = 1 + (n % 2);
      const spec: LayerSpec = {
        ...DEFAULT_LAYER,
        type: 'transposed-conv',
        dIn: groups * (1 + a),
        dOut: groups * (1 + b),
        groups,
        input: [2 + a, 1 + c],
        kernel: [1 + b, 2 + c],
        stride: [1 + c, 1 + b],
        dilation: [1 + (n % 2), 1],
        padding: { kind: 'explicit', sides: [a, 0, b, 1] },
        outputPadding: [c > 0 ? 1 : 0, 0],
      };
      const weights = (spec.dIn * spec.dOut * spec.kernel[0] * spec.kernel[1]) / groups;
      const values = fillNormal({ seed: 5, stream: n }, new Float64Array(weights));
      const layer = { ...spec, source: { kind: 'values', values, name: 'test' } } as const;
      if (fieldOf(layer) !== 'accepted') continue;
      const op = operatorOf(layer);
      const dense = transposedMatrix(spec, op.geometry.input, values);
      const view = matrixView(op);
      expect(matrixShape(op)).toEqual([dense.length, dense[0]!.length]);
      // One assertion per matrix: one per entry takes a hundred times as long as the entries.
      const wrong = dense.flatMap((row, r) =>
        Array.from(row.keys()).filter((col) => matrixEntry(view, r, col).value !== row[col]),
      );
      expect(wrong).toEqual([]);
      const { l1, linf } = exactNorms(op);
      // At most a hundred terms in another order.
      expect(Math.abs(l1.value / bruteL1(dense) - 1)).toBeLessThan(1e-13);
      expect(Math.abs(linf.value / bruteLinf(dense) - 1)).toBeLessThan(1e-13);
      checked++;
    }
    expect(checked).toBeGreaterThan(100);
  });

  it("follow PyTorch's output size: (h − 1)s − p + κ_e + output padding", () => {
    const spec: LayerSpec = {
      ...DEFAULT_LAYER,
      type: 'transposed-conv',
      outputPadding: [1, 0],
    };
    expect(resolveLayer(spec).geometry.input).toEqual([16, 15]);
  });

  it('reject an impossible output padding', () => {
    const spec = { type: 'transposed-conv', outputPadding: [2, 0] } as const;
    expect(fieldOf(spec)).toBe('vertical output padding');
  });
});

describe('S3 dense layers', () => {
  it('ignore every spatial setting', () => {
    const { geometry } = resolveLayer({ ...DEFAULT_LAYER, type: 'dense', dIn: 784, dOut: 32 });
    expect(geometry).toMatchObject({
      input: [1, 1],
      kernel: [1, 1],
      stride: [1, 1],
      padding: [0, 0, 0, 0],
    });
  });
});
