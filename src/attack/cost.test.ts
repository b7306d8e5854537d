import { describe, expect, it } from 'vitest';
import { passesPerImage } from '../model/attack/cost.ts';
import { ATTACK_KINDS, type AttackEntry, type AttackKind } from '../model/attack/kinds.ts';
import { defaultAttack } from '../model/attack/lists.ts';
import { startAttack } from './attack-table.ts';
import { plainTarget, QUADRATIC } from './testing/plain-target.oracle.ts';
import { resultOf } from '../kit/steps/steps.ts';

/** An image that the net is sure about: no attack breaks it at such a radius. */
const IMAGE = Float32Array.of(0.1, 0.9, 0.4, 0.6, 0.2, 0.8);
const THREAT = { norm: 'linf', eps: 1e-4 } as const;

/** Small numbers, each another, so that none stands for another. */
function small(kind: AttackKind): AttackEntry {
  const numbers = {
    iterations: 8,
    restarts: 2,
    targets: 3,
    eot: 3,
    queries: 7,
    steps: 5,
    tries: 6,
  };
  const known = Object.entries(numbers).filter(([key]) => key in ATTACK_KINDS[kind].fields);
  return { ...defaultAttack(kind), ...Object.fromEntries(known) };
}

async function taken(entry: AttackEntry): Promise<number> {
  const target = plainTarget(QUADRATIC);
  const { logits } = QUADRATIC.at(IMAGE);
  const labels = [logits.indexOf(Math.max(...logits))];
  const seed = { seed: 1, indices: Uint32Array.of(0) };
  const batch = { images: IMAGE, labels, seed };
  const { passes, broken } = await resultOf(startAttack({ target, batch, threat: THREAT, entry }));
  expect(broken).toEqual([false]);
  return passes.forward + passes.backward;
}

describe('Y30 what an attack can cost an image', () => {
  it.each(Object.keys(ATTACK_KINDS) as AttackKind[])(
    'is what %s takes where it fails',
    async (kind) => {
      const entry = small(kind);
      expect(await taken(entry)).toBe(passesPerImage(entry, QUADRATIC.classes));
    },
  );

  it('goes by the classes that there are where an attack is targeted', async () => {
    const entries = [
      { ...small('apgd-t'), targets: 9 } as AttackEntry,
      { ...small('fab-t'), targets: 9 } as AttackEntry,
      { ...small('pgd'), loss: 'ce-targeted', targets: 9 } as AttackEntry,
    ];
    for (const entry of entries)
      expect(await taken(entry)).toBe(passesPerImage(entry, QUADRATIC.classes));
  });
});
