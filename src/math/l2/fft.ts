/** Complex numbers as two arrays. */
export interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** Room for n complex numbers. */
export function complex(n: number): Complex {
  return { re: new Float64Array(n), im: new Float64Array(n) };
}

/** Smallest m >= n whose only prime factors are 2, 3 and 5. */
export function smoothSize(n: number): number {
  for (let m = n; ; m++) {
    let rest = m;
    for (const prime of [2, 3, 5]) while (rest % prime === 0) rest /= prime;
    if (rest === 1) return m;
  }
}

function smallestPrime(n: number): number {
  for (let prime = 2; prime * prime <= n; prime++) if (n % prime === 0) return prime;
  return n;
}

/** One transform: input at from + step·i, output at to + i. */
interface Pass {
  readonly n: number;
  readonly from: number;
  readonly step: number;
  readonly to: number;
}

/** Roots of unity and room for a transform of one size. */
export interface Plan {
  readonly n: number;
  readonly roots: Complex;
  readonly scratch: Complex;
}

/** Prepares transforms of size n. */
export function fftPlan(n: number): Plan {
  const angle = (k: number): number => (2 * Math.PI * k) / n;
  const roots = {
    re: Float64Array.from({ length: n }, (_, k) => Math.cos(angle(k))),
    im: Float64Array.from({ length: n }, (_, k) => Math.sin(angle(k))),
  };
  return { n, roots, scratch: complex(n) };
}

function combineParts(out: Complex, { n, to }: Pass, radix: number, plan: Plan): void {
  const part = n / radix;
  const stretch = plan.n / n;
  const { roots, scratch } = plan;
  for (let k = 0; k < n; k++) {
    let [re, im] = [0, 0];
    for (let r = 0; r < radix; r++) {
      const root = ((r * k) % n) * stretch;
      const [cos, sin] = [roots.re[root]!, roots.im[root]!];
      const at = to + r * part + (k % part);
      re += out.re[at]! * cos - out.im[at]! * sin;
      im += out.re[at]! * sin + out.im[at]! * cos;
    }
    scratch.re[k] = re;
    scratch.im[k] = im;
  }
  for (let k = 0; k < n; k++) {
    out.re[to + k] = scratch.re[k]!;
    out.im[to + k] = scratch.im[k]!;
  }
}

function transform(x: Complex, out: Complex, pass: Pass, plan: Plan): void {
  const { n, from, step, to } = pass;
  if (n === 1) {
    out.re[to] = x.re[from]!;
    out.im[to] = x.im[from]!;
    return;
  }
  const radix = smallestPrime(n);
  const part = n / radix;
  for (let r = 0; r < radix; r++) {
    transform(
      x,
      out,
      { n: part, from: from + r * step, step: step * radix, to: to + r * part },
      plan,
    );
  }
  combineParts(out, pass, radix, plan);
}

/** Σ_k x_k e^{+2πi jk/n} by mixed radices, out of place. Fast for sizes of {@link smoothSize}. */
export function dft(x: Complex, out: Complex, plan: Plan): void {
  transform(x, out, { n: plan.n, from: 0, step: 1, to: 0 }, plan);
}
