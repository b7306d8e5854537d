import { describe, expect, it } from 'vitest';
import type { TrustCheck } from '../../../model/attack/evaluation.ts';
import { inOrder, trustLine, workLine } from './trust-card.tsx';

const CHECKS = (['pass', 'not-run', 'fail', 'pass'] as const).map((state, at): TrustCheck => {
  return { id: `check-${at}`, state, title: `title ${at}`, sentence: 'found' };
});

describe('Y33 the trust card', () => {
  it('counts passed, failed and not run, and shows the failed ones first', () => {
    expect(trustLine(CHECKS)).toBe('2 passed, 1 failed, 1 not run');
    expect(inOrder(CHECKS).map(({ id }) => id)).toEqual([
      'check-2',
      'check-1',
      'check-0',
      'check-3',
    ]);
  });

  it('names the check under way: none while the net is opened, the last one at the end', () => {
    const lines = [0, 1, 2].map((done) => workLine({ done, of: 2 }));
    expect(lines).toEqual(['Check 1 of 2…', 'Check 2 of 2…', 'Check 2 of 2…']);
    expect(workLine({ done: 0, of: 0 })).toBe('Opening the net…');
  });
});
