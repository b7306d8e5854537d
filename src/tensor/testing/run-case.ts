import { fillNormal } from '../../math/random.ts';
import { dispose, tidy, valueAndGradients } from '../engine.ts';
import type { Tensor } from '../engine.ts';
import { weightedSum } from '../ops/loss.ts';
import { read, readAll } from '../read.ts';
import { fromArray } from '../tensors.ts';
import { caseInputs, relativeError } from './cases.ts';
import type { OpCase } from './op-case.ts';
import { centralDifferences } from './ops.oracle.ts';
import type { Plain } from './ops.oracle.ts';

const SEED = 7;

/** What float64 says of a case: its value, and the gradients of Σ weights · value. */
interface Expectation {
  readonly inputs: readonly Plain[];
  readonly value: Plain;
  readonly weights: Float64Array;
  readonly gradients: readonly Float64Array[];
}

const known = new Map<OpCase, Expectation>();

function gradientsOf(one: OpCase, inputs: readonly Plain[], weights: Float64Array): Float64Array[] {
  if (one.withoutGradients) return [];
  if (one.oracleGradients) return one.oracleGradients(inputs, weights);
  return inputs.map((input, index) =>
    centralDifferences((x) => one.oracle(inputs.with(index, x)), input, weights),
  );
}

function expectationOf(one: OpCase): Expectation {
  const seen = known.get(one);
  if (seen !== undefined) return seen;
  const inputs = caseInputs(one, SEED);
  const value = one.oracle(inputs);
  const weights = Float64Array.from(
    fillNormal({ seed: SEED, stream: 99 }, new Float32Array(value.values.length)),
  );
  const expectation = { inputs, value, weights, gradients: gradientsOf(one, inputs, weights) };
  known.set(one, expectation);
  return expectation;
}

/** How far the backend in use is from float64 in one case. */
export interface CaseErrors {
  readonly name: string;
  /** Relative to the largest number; Infinity for another shape. */
  readonly value: number;
  /** The same for the gradient of each input. */
  readonly gradients: readonly number[];
}

const tensorOf = ({ shape, values }: Plain): Tensor => fromArray(Float32Array.from(values), shape);

/** Runs one case forward and backward on the backend in use; leaves no tensors. */
export async function runCase(one: OpCase): Promise<CaseErrors> {
  const { inputs, value: expected, weights, gradients } = expectationOf(one);
  const xs = inputs.map(tensorOf);
  const value = tidy(() => one.op(xs));
  const sameShape = value.shape.join() === expected.shape.join();
  const valueError = relativeError(await read(value), expected.values);
  const made: Tensor[] = [value, ...xs];
  let found: ArrayLike<number>[] = [];
  if (!one.withoutGradients) {
    const dy = tensorOf({ shape: expected.shape, values: weights });
    const result = valueAndGradients(() => weightedSum(one.op(xs), dy), xs);
    found = await readAll(result.gradients);
    made.push(dy, result.value, ...result.gradients);
  }
  dispose(made);
  return {
    name: one.name,
    value: sameShape ? valueError : Infinity,
    gradients: gradients.map((right, index) => relativeError(found[index]!, right)),
  };
}
