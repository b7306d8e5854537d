import type { CheckedGeometry } from './geometry.ts';
import { fillNormal, fillUniform } from './random.ts';

/** Ways to fill a kernel. Every value is a float32 number, as trained weights are. */
export type KernelRecipe =
  | { readonly kind: 'he' | 'pytorch' | 'gaussian'; readonly seed: number }
  | { readonly kind: 'identity' | 'blur' | 'sobel' | 'laplacian' | 'sine' };

const WEIGHT_STREAM = 1;

/** Number of inputs that one output of the convolution reads, borders aside. */
function fanIn(g: CheckedGeometry): number {
  return g.inPerGroup * g.kernel[0] * g.kernel[1];
}

function normal(g: CheckedGeometry, seed: number, deviation: number): Float32Array {
  const kernel = fillNormal({ seed, stream: WEIGHT_STREAM }, new Float32Array(g.weights));
  return kernel.map((value) => value * deviation);
}

/** Binomial coefficients of one axis, which sum to 1: [1 2 1]/4 for three taps. */
function binomial(taps: number): number[] {
  let row = [1];
  for (let n = 1; n < taps; n++) {
    row = [...row, 0].map((value, index) => value + (row[index - 1] ?? 0));
  }
  const total = 2 ** (taps - 1);
  return row.map((value) => value / total);
}

/** Central difference over one axis: −1 on the first tap, +1 on the last; [1] when there is one tap. */
function difference(taps: number): number[] {
  if (taps === 1) return [1];
  return Array.from({ length: taps }, (_, k) => (k === 0 ? -1 : k === taps - 1 ? 1 : 0));
}

type Plane = (k: number, t: number, i: number, j: number) => number;

function separable(a: number[], b: number[]): Plane {
  return (k, t) => (a[k] ?? 0) * (b[t] ?? 0);
}

function planeOf(kind: KernelRecipe['kind'], g: CheckedGeometry): Plane {
  const [k1, k2] = g.kernel;
  const centre = [Math.floor(k1 / 2), Math.floor(k2 / 2)] as const;
  const atCentre = (k: number, t: number): boolean => k === centre[0] && t === centre[1];
  const planes: Partial<Record<KernelRecipe['kind'], Plane>> = {
    identity: (k, t, i, j) => (atCentre(k, t) && i % g.inPerGroup === j ? 1 : 0),
    blur: separable(binomial(k1), binomial(k2)),
    sobel: (k, t, i) => {
      const vertical = i % 2 === 1;
      return vertical
        ? separable(difference(k1), binomial(k2))(k, t, 0, 0)
        : separable(binomial(k1), difference(k2))(k, t, 0, 0);
    },
    laplacian: (k, t) => (atCentre(k, t) ? k1 * k2 - 1 : -1),
    sine: (k, t, i, j) => Math.sin(1 + 3 * i + 5 * j + 7 * k + 11 * t),
  };
  return planes[kind] ?? (() => 0);
}

function pattern(g: CheckedGeometry, plane: Plane): Float32Array {
  const kernel = new Float32Array(g.weights);
  let at = 0;
  for (let i = 0; i < g.dOut; i++) {
    for (let j = 0; j < g.inPerGroup; j++) {
      for (let k = 0; k < g.kernel[0]; k++) {
        for (let t = 0; t < g.kernel[1]; t++) kernel[at++] = plane(k, t, i, j);
      }
    }
  }
  return kernel;
}

/**
 * OIHW weights of a geometry from a recipe: `he` N(0, 2/fan_in), `pytorch` U(−1/√fan_in, 1/√fan_in),
 * `gaussian` N(0, 1), each from a seed; `identity` copies input j to output j; `blur` binomial;
 * `sobel` horizontal and vertical derivatives on even and odd outputs; `laplacian`; `sine`
 * sin(1 + 3i + 5j + 7k + 11t), a fixed kernel without symmetry.
 */
export function makeKernel(g: CheckedGeometry, recipe: KernelRecipe): Float32Array {
  switch (recipe.kind) {
    case 'he':
      return normal(g, recipe.seed, Math.sqrt(2 / fanIn(g)));
    case 'gaussian':
      return normal(g, recipe.seed, 1);
    case 'pytorch': {
      const bound = 1 / Math.sqrt(fanIn(g));
      const stream = { seed: recipe.seed, stream: WEIGHT_STREAM };
      return fillUniform(stream, new Float32Array(g.weights)).map((u) => bound * (2 * u - 1));
    }
    default:
      return pattern(g, planeOf(recipe.kind, g));
  }
}
