import { describe, expect, it } from 'vitest';
import { mcnemar } from '../../math/mcnemar.ts';
import { compareEvaluations, comparisonFault, type Compared } from './compare-evaluations.ts';
import type { BrokenBy, Verdict } from './verdict.ts';

const DISTANCES = { linf: 0.1, l2: 1, l1: 10 };

/** One character per image: s stands, b broken, w misclassified from the start. */
function evaluation(name: string, fates: string, first = 5): Compared {
  const verdicts = Array.from(fates, (fate, n): Verdict => {
    const brokenBy: BrokenBy = {
      attack: 0,
      kind: 'pgd' as const,
      restart: 0,
      step: 1,
      prediction: 9,
      margin: -1,
      distances: DISTANCES,
      survivesRounding: true,
    };
    return {
      index: first + n,
      label: n % 4,
      prediction: fate === 'w' ? 9 : n % 4,
      margin: 1,
      attacks: 1,
      brokenBy: fate === 'b' ? brokenBy : null,
    };
  });
  const subject = { kind: 'net', id: name, name, hash: '' } as const;
  return { subject, data: 'mnist', finished: true, verdicts };
}

const A = evaluation('plain', 'sssbbwws');
const B = evaluation('robust', 'sbwsbwsb');

describe('Y5 two evaluations of the same images', () => {
  it('are counted pair by pair, with McNemar’s p', () => {
    const { n, both, onlyA, onlyB, neither, p } = compareEvaluations(A, B);
    expect({ n, both, onlyA, onlyB, neither }).toEqual({
      n: 8,
      both: 1,
      onlyA: 3,
      onlyB: 2,
      neither: 2,
    });
    expect(p).toBe(mcnemar(3, 2).p);
  });

  it('may be in different orders', () => {
    const turned = { ...B, verdicts: B.verdicts.toReversed() };
    expect(compareEvaluations(A, turned)).toEqual(compareEvaluations(A, B));
  });

  it('are rejected with a sentence when their images differ, or one is unfinished', () => {
    const cases: readonly (readonly [Compared, string])[] = [
      [{ ...B, finished: false }, 'The evaluation of robust ended early; resume it'],
      [{ ...B, data: 'shapes' }, 'The images are not the same (mnist; shapes)'],
      [evaluation('robust', 'sbw'), 'There are 8 and 3 images'],
      [evaluation('robust', 'sbwsbwsb', 6), 'Image 5 with the label 0 is in only one evaluation'],
    ];
    for (const [other, sentence] of cases) {
      expect(comparisonFault(A, other)).toContain(sentence);
      expect(() => compareEvaluations(A, other)).toThrow(sentence);
    }
    expect(comparisonFault(A, B)).toBeNull();
  });
});
