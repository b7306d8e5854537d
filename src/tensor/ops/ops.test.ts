import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../backends.ts';
import { memory } from '../engine.ts';
import { OP_CASES } from '../testing/cases.ts';
import { runCase } from '../testing/run-case.ts';

/** float32 sums of some hundred products of size 1; the bar for backends among each other too. */
const RELATIVE = 1e-5;
/** Central differences with h = 1e-4: truncation h² times third derivatives, and 1e-16 / h. */
const GRADIENT_RELATIVE = 2e-5;

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await startBackend(backend);
  });

  it.each(OP_CASES)('$name: value and gradients are those of float64', async (one) => {
    const before = memory().numTensors;
    const { value, gradients } = await runCase(one);
    expect(value).toBeLessThan(RELATIVE);
    for (const error of gradients) expect(error).toBeLessThan(GRADIENT_RELATIVE);
    expect(memory().numTensors).toBe(before);
  });
});
