/**
 * Sixteen inner products at once: out[4·r + c] = Σ_k a[ai + r·sa + k]·b[bi + c·sb + k]. Keeping
 * sixteen sums in registers halves the loads of the plain loop; every sum runs in index order.
 */
export function tile4x4(
  a: { readonly data: Float64Array; readonly at: number; readonly stride: number },
  b: { readonly data: Float64Array; readonly at: number; readonly stride: number },
  length: number,
  out: Float64Array,
): void {
  half(a.data, a.at, a.stride, b.data, b.at, b.stride, length, out, 0);
  half(a.data, a.at + 2 * a.stride, a.stride, b.data, b.at, b.stride, length, out, 8);
}

/** Two rows against four: eight sums fit the sixteen vector registers with their operands. */
function half(
  a: Float64Array,
  at: number,
  sa: number,
  b: Float64Array,
  bt: number,
  sb: number,
  length: number,
  out: Float64Array,
  to: number,
): void {
  let [s00, s01, s02, s03, s10, s11, s12, s13] = [0, 0, 0, 0, 0, 0, 0, 0];
  const [r1, b1, b2, b3] = [at + sa, bt + sb, bt + 2 * sb, bt + 3 * sb];
  for (let k = 0; k < length; k++) {
    const a0 = a[at + k]!;
    const a1 = a[r1 + k]!;
    const c0 = b[bt + k]!;
    const c1 = b[b1 + k]!;
    const c2 = b[b2 + k]!;
    const c3 = b[b3 + k]!;
    s00 += a0 * c0;
    s01 += a0 * c1;
    s02 += a0 * c2;
    s03 += a0 * c3;
    s10 += a1 * c0;
    s11 += a1 * c1;
    s12 += a1 * c2;
    s13 += a1 * c3;
  }
  out[to] = s00;
  out[to + 1] = s01;
  out[to + 2] = s02;
  out[to + 3] = s03;
  out[to + 4] = s10;
  out[to + 5] = s11;
  out[to + 6] = s12;
  out[to + 7] = s13;
}
