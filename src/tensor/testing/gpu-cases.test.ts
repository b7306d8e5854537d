import { expect, it } from 'vitest';
import { OP_CASES } from './cases.ts';
import { GPU_CASES, SAME_PROGRAMS } from './gpu-cases.ts';

it('E1 cases left out on software GPUs exist, and each names a case that runs there', () => {
  const known = OP_CASES.map(({ name }) => name);
  const running = GPU_CASES.map(({ name }) => name);
  expect(known).toEqual(expect.arrayContaining(Object.keys(SAME_PROGRAMS)));
  expect(running).toEqual(expect.arrayContaining(Object.values(SAME_PROGRAMS)));
});
