import { gamma } from './rounding.ts';

/**
 * A Hermitian matrix, lower triangle, row-major with `stride` numbers a row (even, zero-padded).
 */
export interface HermitianMatrix {
  readonly n: number;
  readonly stride: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** Room for an n x n Hermitian matrix. */
export function hermitianMatrix(n: number): HermitianMatrix {
  const stride = 2 * Math.ceil(n / 2);
  return {
    n,
    stride,
    re: new Float64Array(stride * stride),
    im: new Float64Array(stride * stride),
  };
}

/** out = four sums Σ_k L_ik · conj(L_jk), k < length, of rows i, i+1 and j, j+1: [re, im] each. */
function tile2x2(
  { re, im, stride }: HermitianMatrix,
  i: number,
  j: number,
  length: number,
  out: Float64Array,
): void {
  let [r00, i00, r01, i01, r10, i10, r11, i11] = [0, 0, 0, 0, 0, 0, 0, 0];
  const [a, b] = [i * stride, j * stride];
  const [a1, b1] = [a + stride, b + stride];
  for (let k = 0; k < length; k++) {
    const [xr, xi, yr, yi] = [re[a + k]!, im[a + k]!, re[a1 + k]!, im[a1 + k]!];
    const [ur, ui, vr, vi] = [re[b + k]!, im[b + k]!, re[b1 + k]!, im[b1 + k]!];
    r00 += xr * ur + xi * ui;
    i00 += xi * ur - xr * ui;
    r01 += xr * vr + xi * vi;
    i01 += xi * vr - xr * vi;
    r10 += yr * ur + yi * ui;
    i10 += yi * ur - yr * ui;
    r11 += yr * vr + yi * vi;
    i11 += yi * vr - yr * vi;
  }
  out[0] = r00;
  out[1] = i00;
  out[2] = r01;
  out[3] = i01;
  out[4] = r10;
  out[5] = i10;
  out[6] = r11;
  out[7] = i11;
}

/**
 * Finishes entry (i, j) of the factor from the entries left of it in the tile, from column `from`
 * on.
 */
function finishEntry(m: HermitianMatrix, i: number, j: number, from: number): boolean {
  const { re, im, stride } = m;
  let r = re[i * stride + j]!;
  let s = im[i * stride + j]!;
  for (let k = from; k < j; k++) {
    const [xr, xi] = [re[i * stride + k]!, im[i * stride + k]!];
    const [ur, ui] = [re[j * stride + k]!, im[j * stride + k]!];
    r -= xr * ur + xi * ui;
    s -= xi * ur - xr * ui;
  }
  if (i === j) {
    if (!(r > 0)) return false;
    re[i * stride + i] = Math.sqrt(r);
    im[i * stride + i] = 0;
    return true;
  }
  const pivot = re[j * stride + j]!;
  re[i * stride + j] = r / pivot;
  im[i * stride + j] = s / pivot;
  return true;
}

function factorTile(m: HermitianMatrix, i: number, j: number, out: Float64Array): boolean {
  if (j > 0) {
    tile2x2(m, i, j, j, out);
    for (let at = 0; at < 4; at++) {
      const to = (i + (at >> 1)) * m.stride + j + (at & 1);
      m.re[to]! -= out[2 * at]!;
      m.im[to]! -= out[2 * at + 1]!;
    }
  }
  for (let r = i; r < i + 2; r++) {
    for (let c = j; c < j + 2 && c <= r; c++) if (!finishEntry(m, r, c, j)) return false;
  }
  return true;
}

/**
 * −G + λI in place, with ones on the padded diagonal. Returns the trace, or −1 when it has an
 * entry <= 0.
 */
function shift(m: HermitianMatrix, lambda: number): number {
  let trace = 0;
  for (let i = 0; i < m.n; i++) {
    for (let j = 0; j <= i; j++) {
      m.re[i * m.stride + j] = -m.re[i * m.stride + j]!;
      m.im[i * m.stride + j] = -m.im[i * m.stride + j]!;
    }
    const value = m.re[i * m.stride + i]! + lambda;
    if (!(value > 0)) return -1;
    m.re[i * m.stride + i] = value;
    m.im[i * m.stride + i] = 0;
    trace += value;
  }
  for (let i = m.n; i < m.stride; i++) {
    m.re.fill(0, i * m.stride, (i + 1) * m.stride);
    m.im.fill(0, i * m.stride, (i + 1) * m.stride);
    m.re[i * m.stride + i] = 1;
  }
  return trace;
}

/**
 * Tries the Cholesky factorization of λI − G for a Hermitian G, destroying it. On success returns
 * how
 * far below zero an eigenvalue of λI − G can still lie; null on failure. Real and imaginary parts
 * are
 * real sums of 2n products, so |E_ij| <= √2 γ_{2n+2} √(a_ii a_jj); doubled.
 *
 * @see Rump 2006, "Verification of positive definiteness"; Higham 2002, Theorem 10.3.
 */
export function factorHermitian(m: HermitianMatrix, lambda: number): number | null {
  const trace = shift(m, lambda);
  if (trace < 0) return null;
  const out = new Float64Array(8);
  for (let i = 0; i < m.stride; i += 2) {
    for (let j = 0; j <= i; j += 2) if (!factorTile(m, i, j, out)) return null;
  }
  return 4 * gamma(2 * m.n + 16) * trace;
}
