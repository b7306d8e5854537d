/**
 * How narrow the certified ℓ2 interval gets, and how long it takes:
 * `npx tsx bench/l2.ts [quick|full] [part of a name]`. Prints a table and one JSON line.
 */
import { l2Interval } from '../src/math/l2/interval.ts';
import { makeOperator, type ConvOperator } from '../src/math/operator.ts';
import { fillNormal } from '../src/math/random.ts';

interface Case {
  readonly name: string;
  readonly dIn: number;
  readonly dOut: number;
  readonly n: number;
  readonly k: number;
  readonly s: number;
  readonly p: number;
  readonly weights: 'gaussian' | 'smooth' | 'box';
}

const gaussian = (dIn: number, dOut: number, n: number, k = 3, s = 1, p = (k - 1) >> 1): Case => ({
  dIn,
  dOut,
  n,
  k,
  s,
  p,
  weights: 'gaussian',
  name: `${dIn}→${dOut} ${k}x${k} s${s} @${n}`,
});

const CASES: readonly Case[] = [
  { ...gaussian(1, 1, 32), weights: 'box', name: 'box blur @32' },
  { ...gaussian(32, 32, 16), weights: 'smooth', name: 'smooth, rank 4, 32→32 @16' },
  gaussian(1, 1, 16),
  gaussian(4, 4, 16),
  gaussian(16, 16, 16),
  gaussian(32, 32, 32),
  gaussian(32, 64, 32, 3, 2),
  gaussian(3, 16, 32),
  gaussian(16, 32, 16, 5),
  gaussian(64, 64, 4),
  gaussian(64, 64, 8),
  gaussian(64, 64, 16),
  gaussian(64, 64, 32),
  gaussian(64, 128, 32, 3, 2),
  gaussian(128, 128, 16),
  gaussian(128, 256, 16, 3, 2),
  gaussian(256, 256, 8),
  gaussian(256, 512, 8, 3, 2),
  gaussian(512, 512, 4),
  gaussian(256, 512, 8, 1, 2, 0),
  gaussian(3, 64, 224, 7, 2, 3),
  gaussian(64, 64, 56),
  gaussian(128, 128, 28),
  gaussian(256, 256, 14),
  gaussian(512, 512, 7),
];

/** Σ_r a_r[i]·b_r[j]·g_r(k)·h_r(t) with Gaussian bumps: what trained kernels look like. */
function smoothKernel({ dIn, dOut, k }: Case): Float64Array {
  const out = new Float64Array(dIn * dOut * k * k);
  for (let r = 0; r < 4; r++) {
    const a = fillNormal({ seed: 20 + r, stream: 1 }, new Float64Array(dOut));
    const b = fillNormal({ seed: 20 + r, stream: 2 }, new Float64Array(dIn));
    const width = 0.6 + 0.4 * r;
    for (let at = 0; at < out.length; at++) {
      const [t, row] = [at % k, Math.floor(at / k) % k];
      const bump = Math.exp(-((t - (k - 1) / 2) ** 2 + (row - (k - 1) / 2) ** 2) / width);
      out[at]! += a[Math.floor(at / k / k / dIn)]! * b[Math.floor(at / k / k) % dIn]! * bump;
    }
  }
  return out;
}

function operatorOf(one: Case): ConvOperator {
  const size = one.dIn * one.dOut * one.k ** 2;
  const makers = {
    gaussian: () => fillNormal({ seed: 3, stream: 9 }, new Float64Array(size)),
    box: () => new Float64Array(size).fill(1),
    smooth: () => smoothKernel(one),
  };
  return makeOperator(
    {
      dIn: one.dIn,
      dOut: one.dOut,
      input: [one.n, one.n],
      kernel: [one.k, one.k],
      stride: [one.s, one.s],
      dilation: [1, 1],
      padding: [one.p, one.p, one.p, one.p],
      groups: 1,
      boundary: 'zeros',
    },
    makers[one.weights](),
  );
}

interface Row {
  readonly name: string;
  readonly gap: number;
  readonly milliseconds: number;
  readonly longestYield: number;
  readonly upperBy: string;
}

function measure(one: Case, effort: 'quick' | 'full'): Row {
  const op = operatorOf(one);
  const now = (): number => performance.now();
  const start = now();
  let [last, longestYield] = [start, 0];
  const run = l2Interval(op, { seed: 1, effort, now });
  let step = run.next();
  for (; !step.done; step = run.next()) {
    longestYield = Math.max(longestYield, now() - last);
    last = now();
  }
  const { lower, upper, upperBy } = step.value;
  return {
    name: one.name,
    gap: upper / lower - 1,
    milliseconds: now() - start,
    longestYield,
    upperBy,
  };
}

const effort = process.argv[2] === 'full' ? 'full' : 'quick';
const rows: Row[] = [];
console.log(`effort: ${effort}`);
const only = process.argv[3] ?? '';
for (const one of CASES.filter(({ name }) => name.includes(only))) {
  const row = measure(one, effort);
  rows.push(row);
  const gap = `${(100 * row.gap).toPrecision(3)} %`;
  const time = `${(row.milliseconds / 1000).toFixed(2)} s`;
  console.log(
    `${row.name.padEnd(28)} gap ${gap.padEnd(12)} ${time.padStart(8)}  ` +
      `longest yield ${row.longestYield.toFixed(0).padStart(4)} ms  ${row.upperBy}`,
  );
}
console.log(JSON.stringify({ bench: 'l2', effort, rows }));
