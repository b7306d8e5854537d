import { expect, it } from 'vitest';
import { ATTACK_KINDS } from '../model/attack/kinds.ts';
import { OTHER_STREAMS } from './rng.ts';

it('A6 no two attacks share a random stream, and the numbers of 0.1.0 stay as they are', () => {
  const streams = Object.fromEntries(
    Object.entries(ATTACK_KINDS).map(([kind, { stream }]) => [kind, stream]),
  );
  expect({ ...streams, ...OTHER_STREAMS }).toMatchObject({
    'apgd-ce': 1,
    'apgd-dlr': 2,
    'apgd-t': 3,
    pgd: 4,
    noise: 5,
    'fab-t': 6,
    square: 7,
    fgsm: null,
    gradients: 8,
    'adversarial-training': 64,
  });
  const numbers = [...Object.values(streams), ...Object.values(OTHER_STREAMS)];
  const drawn = numbers.filter((one) => one !== null);
  expect(new Set(drawn).size).toBe(drawn.length);
});
