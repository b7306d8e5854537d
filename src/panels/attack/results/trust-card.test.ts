import { describe, expect, it } from 'vitest';
import type { TrustCheck } from '../../../spec/evaluation.ts';
import { inOrder, trustLine } from './trust-card.tsx';

const CHECKS = (['pass', 'not-run', 'fail', 'pass'] as const).map((state, at): TrustCheck => {
  return { id: `check-${at}`, state, title: `title ${at}`, sentence: 'found' };
});

describe('Y33 the trust card', () => {
  it('counts passed, failed and not run, and shows the failed ones first', () => {
    expect(trustLine(CHECKS)).toBe('2 passed, 1 failed, 1 not run');
    expect(inOrder(CHECKS).map(({ id }) => id)).toEqual([
      ...['check-2', 'check-1', 'check-0', 'check-3'],
    ]);
  });
});
