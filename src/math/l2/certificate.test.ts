import { Matrix, SVD } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { makeOperator } from '../operator.ts';
import { denseMatrix } from '../testing/brute-force.oracle.ts';
import { randomLayer } from '../testing/random-geometry.ts';
import { finish, linearMap } from './apply.ts';
import { factorBanded, factorizationSlack } from './banded-cholesky.ts';
import { blocksOf } from './blocks.ts';
import { certify, prepareCertifier } from './certificate.ts';
import { factorHermitian, hermitianMatrix } from './complex-cholesky.ts';
import { gramPlan } from './gram-matrix.ts';
import { stencilOf } from './stencil.ts';
import { torusBound, torusPlan } from './torus.ts';

function sigma(matrix: readonly Float64Array[]): number {
  return (
    new SVD(new Matrix(matrix.map((row) => Array.from(row))), { autoTranspose: true })
      .diagonal[0] ?? 0
  );
}

describe('the Cholesky certificate', () => {
  it('refuses λ = σ²(1 − 1e-9) and accepts σ²(1 + 1e-9), layer after layer', () => {
    for (let number = 0; number < 100; number++) {
      const { geometry, kernel } = randomLayer(number, 31);
      const blocks = blocksOf(stencilOf(makeOperator(geometry, kernel)).stencil);
      const l2 = sigma(denseMatrix(geometry, kernel));
      const results = [1 - 1e-9, 1 + 1e-9].map((factor) =>
        blocks.map((block) => {
          const certifier = finish(prepareCertifier(block, gramPlan(block)!));
          return finish(certify(certifier, l2 ** 2 * factor));
        }),
      );
      if (blocks.length > 0) expect(results[0]).toContain(null);
      for (const upper of results[1]!) expect(upper).toBeGreaterThanOrEqual(l2);
    }
  });

  it('allows for at least twice the backward error of the factorization', () => {
    // Rump 2006, Theorem 2.3: ‖E‖ <= γ/(1 − γ) · min(trace, (2b + 1) max a_ii), γ = (b + 2)u / (1 − (b + 2)u).
    for (const band of [0, 1, 7, 400, 40_000]) {
      for (const [trace, largestDiagonal] of [
        [3, 1],
        [1e6, 2.5],
        [5e-7, 1e-9],
      ] as const) {
        const gamma = ((band + 2) * 2 ** -53) / (1 - (band + 2) * 2 ** -53);
        const weight = Math.min(trace, (2 * band + 1) * largestDiagonal);
        const slack = factorizationSlack(band, { succeeded: true, trace, largestDiagonal });
        expect(slack).toBeGreaterThanOrEqual(((2 * gamma) / (1 - gamma)) * weight);
        // Not so much that a certificate would be of no use.
        expect(slack).toBeLessThan(30 * (gamma / (1 - gamma)) * weight);
      }
    }
  });

  it('refuses a matrix with one eigenvalue above λ, wherever in the band it sits', () => {
    for (let at = 0; at < 37; at++) {
      const matrix = {
        n: 37,
        band: 5,
        writeRow: (
          row: number,
          { out, at: to, first }: { out: Float64Array; at: number; first: number },
        ) => {
          out[to + row - first] = row === at ? 2.0001 : 1;
        },
      };
      expect(finish(factorBanded(matrix, 2)).succeeded).toBe(false);
      expect(finish(factorBanded(matrix, 2.001)).succeeded).toBe(true);
    }
  });
});

describe('the Hermitian factorization', () => {
  // [[2, i], [−i, 2]] has eigenvalues 1 and 3.
  it.each([
    [2.999, false],
    [3.001, true],
  ])('of λI − G with λ = %d, largest eigenvalue 3: %s', (lambda, succeeds) => {
    const matrix = hermitianMatrix(2);
    matrix.re.set([2, 0, 0, 2]);
    matrix.im.set([0, 0, -1, 0]);
    expect(factorHermitian(matrix, lambda) !== null).toBe(succeeds);
  });
});

describe('the symbol on a twisted torus', () => {
  it('is never below the SVD of M on 120 random layers', () => {
    for (let number = 0; number < 120; number++) {
      const { geometry, kernel } = randomLayer(number, 41);
      const blocks = blocksOf(stencilOf(makeOperator(geometry, kernel)).stencil);
      const bounds = blocks.map((block) => finish(torusBound(block, torusPlan(block), 0)));
      // 1e-12: the SVD's own rounding.
      expect(Math.max(0, ...bounds)).toBeGreaterThanOrEqual(
        sigma(denseMatrix(geometry, kernel)) * (1 - 1e-12),
      );
    }
  });
});

describe('products with M', () => {
  it('equal the brute-force matrix times a vector, both ways, on 150 random layers', () => {
    for (let number = 0; number < 150; number++) {
      const { geometry, kernel } = randomLayer(number, 51);
      const dense = denseMatrix(geometry, kernel);
      const map = linearMap(stencilOf(makeOperator(geometry, kernel)).stencil);
      const x = Float64Array.from({ length: map.columns }, (_, i) => Math.sin(i + 1));
      const y = new Float64Array(map.rows);
      finish(map.forward(x, y));
      dense.forEach((row, at) => {
        expect(y[at]).toBeCloseTo(
          row.reduce((sum, value, c) => sum + value * x[c]!, 0),
          11,
        );
      });
      const back = new Float64Array(map.columns);
      finish(map.adjoint(y, back));
      back.forEach((value, c) => {
        expect(value).toBeCloseTo(
          dense.reduce((sum, row, at) => sum + row[c]! * y[at]!, 0),
          10,
        );
      });
    }
  });
});
