import { beforeAll, describe, expect, it } from 'vitest';
import { fillNormal } from '../../math/random.ts';
import { startBackend } from '../backends.ts';
import { memory, tidy, valueAndGradients } from '../engine.ts';
import type { Tensor } from '../engine.ts';
import { readAll, read } from '../read.ts';
import { fromArray } from '../tensors.ts';
import { caseInputs, OP_CASES, relativeError } from '../testing/cases.oracle.ts';
import type { OpCase } from '../testing/op-case.oracle.ts';
import { centralDifferences } from '../testing/ops.oracle.ts';
import { weightedSum } from './loss.ts';

/** float32 sums of some hundred products of size 1; the bar for backends among each other too. */
const RELATIVE = 1e-5;
/** Central differences with h = 1e-4: truncation h² times third derivatives, and 1e-16 / h. */
const GRADIENT_RELATIVE = 2e-5;

const SEED = 7;

function tensorsOf(one: OpCase): Tensor[] {
  return caseInputs(one, SEED).map(({ shape, values }) =>
    fromArray(Float32Array.from(values), shape),
  );
}

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await startBackend(backend);
  });

  it.each(OP_CASES)('$name: value and gradients are those of float64', async (one) => {
    const inputs = caseInputs(one, SEED);
    const expected = one.oracle(inputs);
    const before = memory().numTensors;
    const xs = tensorsOf(one);
    const value = tidy(() => one.op(xs));
    expect(value.shape).toEqual(expected.shape);
    expect(relativeError(await read(value), expected.values)).toBeLessThan(RELATIVE);

    const weights = Float64Array.from(
      fillNormal({ seed: SEED, stream: 99 }, new Float32Array(expected.values.length)),
    );
    const dy = fromArray(Float32Array.from(weights), expected.shape);
    const { gradients, value: total } = valueAndGradients(() => weightedSum(one.op(xs), dy), xs);
    const found = await readAll(gradients);
    inputs.forEach((input, index) => {
      const numeric = centralDifferences((x) => one.oracle(inputs.with(index, x)), input, weights);
      expect(relativeError(found[index]!, numeric)).toBeLessThan(GRADIENT_RELATIVE);
    });
    [...xs, ...gradients, value, total, dy].forEach((tensor) => tensor.dispose());
    expect(memory().numTensors).toBe(before);
  });
});
