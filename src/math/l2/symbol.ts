import { WORK_PER_YIELD } from './apply.ts';
import type { Block } from './blocks.ts';
import { absoluteSymbolNorms } from './cheap-bounds.ts';
import type { HermitianMatrix } from './complex-cholesky.ts';
import { gamma } from './rounding.ts';
import type { StencilAxis } from './stencil.ts';
import { tile4x4 } from './tile.ts';

/**
 * The Gram symbol G(θ) = F(θ)ᴴF(θ) = Σ_d Γ_d e^{i d·θ} of a block's polyphase kernel, where
 * F(θ) = Σ_a W_a e^{i a·θ} and Γ_d = Σ_a W_aᵀ W_{a+d}, on the side with fewer channels.
 *
 * The polyphase kernel: an input position X = x + p = s·X' + φ becomes position X' of phase φ, and
 * a
 * tap a = s·a' + φ becomes tap a', so that a stride-s convolution has stride 1 on s times the
 * channels.
 */
export interface GramSymbol {
  /** Taps per axis of the polyphase kernel. */
  readonly taps: readonly [number, number];
  readonly channels: number;
  /** Γ_d for d₁ in (−k₁, k₁), d₂ in [0, k₂): [(d₁ + k₁ − 1)·k₂ + d₂][channels · channels]. */
  readonly coefficients: readonly Float64Array[];
  /** Dilation of circular axes, 1 elsewhere: Γ_d belongs to e^{i·dilation·d·θ}. */
  readonly dilation: readonly [number, number];
  /** Bound of ‖fl(G(θ)) − G(θ)‖ for every θ. */
  readonly error: number;
}

/** Taps and phases of an axis of the polyphase kernel. */
export function polyphaseAxis({ k, s }: StencilAxis): { taps: number; phases: number } {
  return { taps: Math.ceil(k / s), phases: Math.min(k, s) };
}

/** Sizes of a block's Gram symbol, without computing it. */
export function symbolShape(block: Block): {
  taps: [number, number];
  channels: number;
  other: number;
} {
  const axes = [polyphaseAxis(block.axes[0]), polyphaseAxis(block.axes[1])] as const;
  const wide = block.cIn * axes[0].phases * axes[1].phases;
  return {
    taps: [axes[0].taps, axes[1].taps],
    channels: Math.min(wide, block.cOut),
    other: Math.max(wide, block.cOut),
  };
}

/** Polyphase weights, [channel of the smaller side][a'₁][a'₂][channel of the other side]. */
function polyphaseRows(block: Block): { data: Float64Array; length: number } {
  const { cIn, cOut, weights, axes } = block;
  const { taps, channels, other } = symbolShape(block);
  const [p1, p2] = [polyphaseAxis(axes[0]).phases, polyphaseAxis(axes[1]).phases];
  const length = taps[0] * taps[1] * other;
  const data = new Float64Array(4 * Math.ceil(channels / 4) * length);
  const inputsAreRows = cIn * p1 * p2 <= cOut;
  let at = 0;
  for (let i = 0; i < cOut; i++) {
    for (let j = 0; j < cIn; j++) {
      for (let a = 0; a < axes[0].k; a++) {
        for (let b = 0; b < axes[1].k; b++) {
          const wide = (j * p1 + (a % axes[0].s)) * p2 + (b % axes[1].s);
          const tap = Math.floor(a / axes[0].s) * taps[1] + Math.floor(b / axes[1].s);
          const [row, term] = inputsAreRows ? [wide, i] : [i, wide];
          data[row * length + tap * other + term] = weights[at++]!;
        }
      }
    }
  }
  return { data, length };
}

/** Multiply-adds of {@link gramSymbol}. */
export function symbolWork(block: Block): number {
  const { taps, channels, other } = symbolShape(block);
  return ((taps[0] * taps[1]) ** 2 * channels ** 2 * other) / 2;
}

/** Computes the coefficients Γ_d. Yields the fraction done. */
export function* gramSymbol(block: Block): Generator<number, GramSymbol> {
  const { taps, channels, other } = symbolShape(block);
  const [k1, k2] = taps;
  const rows = polyphaseRows(block);
  const coefficients: Float64Array[] = [];
  const out = new Float64Array(16);
  let work = 0;
  for (let at = 0; at < (2 * k1 - 1) * k2; at++) {
    const [d1, d2] = [Math.floor(at / k2) - k1 + 1, at % k2];
    const gamma = new Float64Array(channels * channels);
    coefficients.push(gamma);
    // Γ_(−d₁,0) = Γ_(d₁,0)ᵀ, filled in below.
    if (d2 === 0 && d1 < 0) continue;
    const length = (k2 - d2) * other;
    for (let i = 0; i < channels; i += 4) {
      for (let j = 0; j < channels; j += 4) {
        for (let a = Math.max(0, -d1); a < k1 && a + d1 < k1; a++) {
          const left = {
            data: rows.data,
            at: i * rows.length + a * k2 * other,
            stride: rows.length,
          };
          const from = j * rows.length + ((a + d1) * k2 + d2) * other;
          tile4x4(left, { data: rows.data, at: from, stride: rows.length }, length, out);
          for (let q = 0; q < 16; q++) {
            const [r, c] = [i + (q >> 2), j + (q & 3)];
            if (r < channels && c < channels) gamma[r * channels + c]! += out[q]!;
          }
          work += 16 * length;
        }
      }
      if (work > WORK_PER_YIELD) {
        work = 0;
        yield at / ((2 * k1 - 1) * k2);
      }
    }
  }
  for (let d1 = 1; d1 < k1; d1++) {
    const source = coefficients[(k1 - 1 + d1) * k2]!;
    const target = coefficients[(k1 - 1 - d1) * k2]!;
    for (let at = 0; at < source.length; at++) {
      target[at] = source[(at % channels) * channels + Math.floor(at / channels)]!;
    }
  }
  return {
    taps,
    channels,
    coefficients,
    dilation: [dilationOf(block.axes[0]), dilationOf(block.axes[1])],
    error: evaluationError(block, other * k1 * k2),
  };
}

function dilationOf(axis: StencilAxis): number {
  return axis.circular ? axis.d : 1;
}

/**
 * |fl(G(θ)) − G(θ)| <= ε·SᵀS entrywise with S_ij = Σ_a |W_a,ij|, hence in norm <= ε‖S‖₁‖S‖_∞. ε
 * counts
 * the sums, and 300 roundings for sines, cosines (angle errors below 2⁻⁴⁸) and their products;
 * doubled.
 */
function evaluationError(block: Block, terms: number): number {
  const { one, infinity } = absoluteSymbolNorms(block);
  const sums = block.axes[0].k + block.axes[1].k;
  return 2 * gamma(terms + 8 * sums + 300) * one * infinity * (1 + 1e-9);
}

/** A frequency as a whole number of turns/denominator, so that multiples stay exact. */
export interface Turn {
  readonly numerator: number;
  readonly denominator: number;
}

function phase({ numerator, denominator }: Turn, multiple: number): [cos: number, sin: number] {
  const reduced = (((numerator * multiple) % denominator) + denominator) % denominator;
  const angle = (2 * Math.PI * reduced) / denominator;
  return [Math.cos(angle), Math.sin(angle)];
}

/** G along one line θ₁ = const: four real coefficient matrices (lower triangle) for each d₂. */
export interface SymbolLine {
  readonly symbol: GramSymbol;
  /** Per d₂: re += p·cos − q·sin, im += r·sin + t·cos, with the conjugate term −d₂ folded in. */
  readonly parts: readonly { p: Float64Array; q: Float64Array; r: Float64Array; t: Float64Array }[];
}

function lineCoefficient(
  symbol: GramSymbol,
  d2: number,
  theta1: Turn,
): [Float64Array, Float64Array] {
  const { taps, channels, coefficients, dilation } = symbol;
  const [re, im] = [new Float64Array(channels ** 2), new Float64Array(channels ** 2)];
  for (let d1 = 1 - taps[0]; d1 < taps[0]; d1++) {
    const gamma = coefficients[(d1 + taps[0] - 1) * taps[1] + d2]!;
    const [cos, sin] = phase(theta1, d1 * dilation[0]);
    for (let at = 0; at < gamma.length; at++) {
      re[at]! += gamma[at]! * cos;
      im[at]! += gamma[at]! * sin;
    }
  }
  return [re, im];
}

/** Fixes θ₁, so that each θ₂ costs only k₂ matrix additions. */
export function symbolLine(symbol: GramSymbol, theta1: Turn): SymbolLine {
  const n = symbol.channels;
  const parts = Array.from({ length: symbol.taps[1] }, (_, d2) => {
    const [re, im] = lineCoefficient(symbol, d2, theta1);
    const zero = new Float64Array(0);
    if (d2 === 0) return { p: re, q: zero, r: zero, t: im };
    const [p, q, r, t] = [re.slice(), re.slice(), re.slice(), re.slice()];
    for (let row = 0; row < n; row++) {
      for (let c = 0; c <= row; c++) {
        const [at, mirrored] = [row * n + c, c * n + row];
        p[at] = re[at]! + re[mirrored]!;
        q[at] = im[at]! + im[mirrored]!;
        r[at] = re[at]! - re[mirrored]!;
        t[at] = im[at]! - im[mirrored]!;
      }
    }
    return { p, q, r, t };
  });
  return { symbol, parts };
}

/** Writes G(θ₁, θ₂) into the lower triangle of a Hermitian matrix. */
export function evaluateSymbol(
  { symbol, parts }: SymbolLine,
  theta2: Turn,
  out: HermitianMatrix,
): void {
  const n = symbol.channels;
  parts.forEach(({ p, q, r, t }, d2) => {
    const [cos, sin] = phase(theta2, d2 * symbol.dilation[1]);
    for (let row = 0; row < n; row++) {
      const [from, to] = [row * n, row * out.stride];
      if (d2 === 0) {
        for (let c = 0; c <= row; c++) {
          out.re[to + c] = p[from + c]!;
          out.im[to + c] = t[from + c]!;
        }
        continue;
      }
      for (let c = 0; c <= row; c++) {
        out.re[to + c]! += p[from + c]! * cos - q[from + c]! * sin;
        out.im[to + c]! += r[from + c]! * sin + t[from + c]! * cos;
      }
    }
  });
}
