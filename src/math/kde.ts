/** How wide the Gaussian of a kernel density is: a rule, or the factor itself. */
export type BandwidthRule = 'scott' | 'silverman' | number;

/** What a density is computed with. */
export interface DensityOptions {
  readonly rule: BandwidthRule;
  /** Points of the grid, both ends included (200, as seaborn draws). */
  readonly points?: number;
  /** Bandwidths that the grid reaches beyond the smallest and largest sample (3). */
  readonly cut?: number;
}

/** A Gaussian kernel density on a grid. */
export interface Density {
  readonly kind: 'density';
  readonly n: number;
  /** Bandwidth / standard deviation. */
  readonly factor: number;
  /** Standard deviation with divisor n − 1. */
  readonly deviation: number;
  /** Standard deviation of each Gaussian, in the samples' unit. */
  readonly bandwidth: number;
  readonly grid: Float64Array;
  /** f at every grid point, in 1 / the samples' unit. */
  readonly density: Float64Array;
}

/** Why there is no density, as a value: samples like these are expected. */
export interface NoDensity {
  readonly kind: 'none';
  readonly code: 'too-few' | 'not-finite' | 'no-spread' | 'out-of-range';
  /** A sentence for the reader. */
  readonly reason: string;
}

/**
 * The factor of a rule for n samples: Scott n^(−1/5), Silverman (3n/4)^(−1/5), or the number given.
 *
 * @throws RangeError when a given factor is not a positive finite number.
 * @see Scott 1992; Silverman 1986; `scipy.stats.gaussian_kde` in one dimension.
 */
export function bandwidthFactor(rule: BandwidthRule, n: number): number {
  if (rule === 'scott') return n ** -0.2;
  if (rule === 'silverman') return ((n * 3) / 4) ** -0.2;
  if (!(rule > 0 && rule < Infinity)) {
    throw new RangeError(`bandwidth factor = ${rule}: give a positive number.`);
  }
  return rule;
}

function none(code: NoDensity['code'], reason: string): NoDensity {
  return { kind: 'none', code, reason };
}

/** The first thing that keeps samples from having a density. */
function obstacle(samples: ArrayLike<number>): NoDensity | null {
  const values = Array.from(samples);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const more = values.filter((value) => !Number.isFinite(value)).length - 1;
    return none(
      'not-finite',
      `Sample ${bad + 1} of ${values.length} is ${String(values[bad])}` +
        `${more > 0 ? `, and ${more} more are not finite` : ''}: a density needs finite samples.`,
    );
  }
  if (values.length < 2) {
    return none(
      'too-few',
      `A density needs at least two samples; there ${values.length === 1 ? 'is one' : 'are none'}.`,
    );
  }
  // scipy refuses equal samples too, but only where the rounded mean of n copies of x is x again: for
  // seven times 0.1 it is not, the variance comes out as 1e-34, and scipy draws a spike 1e16 high
  // that is nothing but rounding. Equality is looked at directly here, so the answer is one.
  if (values.every((value) => value === values[0])) {
    return none(
      'no-spread',
      `All ${values.length} samples are equal (${String(values[0])}): their spread is zero, and so ` +
        'would be the bandwidth.',
    );
  }
  return null;
}

/** Standard deviation with divisor n − 1, in two passes. */
function sampleDeviation(samples: ArrayLike<number>): number {
  let mean = 0;
  for (let k = 0; k < samples.length; k++) mean += samples[k]!;
  mean /= samples.length;
  let squares = 0;
  for (let k = 0; k < samples.length; k++) squares += (samples[k]! - mean) ** 2;
  return Math.sqrt(squares / (samples.length - 1));
}

function extent(samples: ArrayLike<number>): readonly [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (let k = 0; k < samples.length; k++) {
    least = Math.min(least, samples[k]!);
    most = Math.max(most, samples[k]!);
  }
  return [least, most];
}

/** `points` numbers from `from` to `to`, both included, as `numpy.linspace` makes them. */
function linspace(from: number, to: number, points: number): Float64Array {
  const step = (to - from) / (points - 1);
  const grid = Float64Array.from({ length: points }, (_, k) => k * step + from);
  grid[points - 1] = to;
  return grid;
}

/**
 * f(x) = (1 / (n·h·√2π)) Σ_i exp(−(x − x_i)² / 2h²): the height of the density at one place.
 *
 * @param bandwidth h, in the samples' unit, positive.
 */
export function densityAt(x: number, samples: ArrayLike<number>, bandwidth: number): number {
  let total = 0;
  for (let k = 0; k < samples.length; k++) {
    total += Math.exp(-0.5 * ((x - samples[k]!) / bandwidth) ** 2);
  }
  return total / (samples.length * bandwidth * Math.sqrt(2 * Math.PI));
}

/**
 * Gaussian kernel density of samples, as `scipy.stats.gaussian_kde` computes it: bandwidth h =
 * factor · s with s the standard deviation (divisor n − 1), on `points` equally spaced places from
 * min − cut·h to max + cut·h. It is not cut at zero, so a density of norms may reach below 0.
 *
 * Samples without a density (fewer than two, not finite, all equal) are a value with the reason.
 * Unlike scipy, equal samples are always refused, even where rounding leaves a variance.
 *
 * @throws RangeError for a factor that is not positive, or a grid of fewer than two points.
 * @see Liang & Huang 2021, Figure 2 (Scott, 200 points, cut 3: seaborn's defaults).
 */
export function kernelDensity(
  samples: ArrayLike<number>,
  options: DensityOptions,
): Density | NoDensity {
  const { rule, points = 200, cut = 3 } = options;
  if (!Number.isInteger(points) || points < 2) {
    throw new RangeError(`grid points = ${points}: give a whole number of at least 2.`);
  }
  const n = samples.length;
  const factor = bandwidthFactor(rule, Math.max(n, 1));
  const refused = obstacle(samples);
  if (refused !== null) return refused;
  const deviation = sampleDeviation(samples);
  const bandwidth = factor * deviation;
  const [least, most] = extent(samples);
  const [from, to] = [least - cut * bandwidth, most + cut * bandwidth];
  if (!(bandwidth > 0) || !Number.isFinite(to - from)) {
    return none(
      'out-of-range',
      `The spread of the samples (${deviation}) is too ${bandwidth > 0 ? 'large' : 'small'} for float64: scale them.`,
    );
  }
  const grid = linspace(from, to, points);
  const density = grid.map((x) => densityAt(x, samples, bandwidth));
  return { kind: 'density', n, factor, deviation, bandwidth, grid, density };
}
