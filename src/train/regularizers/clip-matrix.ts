import { symmetricQl } from './symmetric-ql.ts';

/** A complex matrix, row-major, `lines` <= `terms`. */
export interface ComplexMatrix {
  readonly lines: number;
  readonly terms: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** Room for a complex matrix. */
export function complexMatrix(lines: number, terms: number): ComplexMatrix {
  const size = lines * terms;
  return { lines, terms, re: new Float64Array(size), im: new Float64Array(size) };
}

/** The Hermitian matrix B·Bᴴ as the real symmetric [[re, −im], [im, re]], 2n x 2n. */
function embeddedGram({ lines: n, terms, re, im }: ComplexMatrix): Float64Array {
  const out = new Float64Array(4 * n * n);
  const side = 2 * n;
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) {
      let [x, y] = [0, 0];
      for (let t = 0; t < terms; t++) {
        const [ar, ai] = [re[a * terms + t]!, im[a * terms + t]!];
        const [br, bi] = [re[b * terms + t]!, im[b * terms + t]!];
        x += ar * br + ai * bi;
        y += ai * br - ar * bi;
      }
      out[a * side + b] = out[b * side + a] = x;
      out[(n + a) * side + n + b] = out[(n + b) * side + n + a] = x;
      out[(n + a) * side + b] = out[b * side + n + a] = y;
      out[(n + b) * side + a] = out[a * side + n + b] = -y;
    }
  }
  return out;
}

/** Largest absolute row sum: a bound of the largest eigenvalue. */
function rowBound(matrix: Float64Array, side: number): number {
  let bound = 0;
  for (let i = 0; i < side; i++) {
    let sum = 0;
    for (let j = 0; j < side; j++) sum += Math.abs(matrix[i * side + j]!);
    bound = Math.max(bound, sum);
  }
  return bound;
}

/** Σ (1 − c/σ)·u·uᴴ over the left singular vectors u with σ > c, or null when there are none. */
function excess(matrix: ComplexMatrix, clipTo: number): ComplexMatrix | null {
  const n = matrix.lines;
  const gram = embeddedGram(matrix);
  if (rowBound(gram, 2 * n) <= clipTo ** 2) return null;
  const { values, rows } = symmetricQl(gram, 2 * n);
  const large = Array.from(values.keys()).filter((q) => values[q]! > clipTo ** 2);
  if (large.length === 0) return null;
  const out = complexMatrix(n, n);
  for (const q of large) {
    const weight = 1 - clipTo / Math.sqrt(values[q]!);
    const [top, bottom] = [2 * n * q, 2 * n * q + n];
    for (let a = 0; a < n; a++) {
      const [re, im] = [weight * rows[top + a]!, weight * rows[bottom + a]!];
      for (let b = 0; b < n; b++) {
        out.re[a * n + b]! += re * rows[top + b]!;
        out.im[a * n + b]! += im * rows[top + b]!;
      }
    }
  }
  return out;
}

/** out = W·B. */
function product(w: ComplexMatrix, b: ComplexMatrix, out: ComplexMatrix): void {
  const { lines: n, terms } = b;
  out.re.fill(0);
  out.im.fill(0);
  for (let a = 0; a < n; a++) {
    for (let k = 0; k < n; k++) {
      const [wr, wi] = [w.re[a * n + k]!, w.im[a * n + k]!];
      for (let t = 0; t < terms; t++) {
        const [br, bi] = [b.re[k * terms + t]!, b.im[k * terms + t]!];
        out.re[a * terms + t]! += wr * br - wi * bi;
        out.im[a * terms + t]! += wr * bi + wi * br;
      }
    }
  }
}

/**
 * What to subtract from B so that no singular value exceeds c: B − U·min(Σ, c)·Vᴴ, written to
 * `out`. Returns false, and leaves `out` alone, when none does.
 *
 * It is W·B with W = Σ (1 − c/σ)·u·uᴴ over the σ above c. They come from the eigenvalues of B·Bᴴ,
 * whose squaring costs nothing that matters: the small σ, which would lose digits, are not used. W
 * is a function of B·Bᴴ, so it does not depend on which vectors stand for a repeated eigenvalue, as
 * every one is in the real form.
 */
export function clippedPart(matrix: ComplexMatrix, clipTo: number, out: ComplexMatrix): boolean {
  const w = excess(matrix, clipTo);
  if (w === null) return false;
  product(w, matrix, out);
  return true;
}
