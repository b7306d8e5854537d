import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseNetDescription } from '../files/net-description.ts';
import { fillUniform } from '../math/random.ts';
import { initialWeights } from '../nn/initial-weights.ts';
import { paramsFromWeights, type Params } from '../nn/params.ts';
import type { AttackEntry } from '../model/attack/kinds.ts';
import { defaultAttack } from '../model/attack/lists.ts';
import { stands, type Verdict } from '../model/attack/verdict.ts';
import { startBackend } from '../tensor/backends.ts';
import { dispose } from '../tensor/engine.ts';
import {
  evaluate,
  type Before,
  type EvaluationEvent,
  type EvaluationResult,
  type EvaluationSettings,
} from './evaluate.ts';
import type { EvaluationSet } from './evaluation-set.ts';
import { firstLargest } from './losses.ts';
import { netTarget } from './net-target.ts';
import type { AttackTarget } from './target.ts';
import { resultOf } from '../kit/steps/steps.ts';

const [COUNT, SIDE, CLASSES] = [40, 8, 4];
const SIZE = SIDE * SIDE;

/** As small as a net with a convolution can be: the cpu backend is slow. */
const NET = parseNetDescription(
  JSON.stringify({
    name: 'tiny',
    input: { shape: [1, SIDE, SIDE] },
    layers: [
      {
        type: 'conv2d',
        name: 'conv',
        in_channels: 1,
        out_channels: 3,
        kernel: [3, 3],
        stride: [2, 2],
        padding: [1, 1, 1, 1],
        weight: 'conv.weight',
      },
      { type: 'relu' },
      { type: 'flatten' },
      {
        type: 'dense',
        name: 'fc',
        in_features: 48,
        out_features: CLASSES,
        weight: 'fc.weight',
      },
    ],
  }),
);

/** AutoAttack's four, cut short, and the weaker ones first: so each of them breaks some images. */
const ATTACKS: readonly AttackEntry[] = [
  { ...defaultAttack('square'), queries: 8 },
  { ...defaultAttack('apgd-ce'), iterations: 1 },
  { ...defaultAttack('apgd-t'), iterations: 3, targets: 2 },
  { ...defaultAttack('fab-t'), iterations: 2, targets: 2 },
];
const SETTINGS: EvaluationSettings = {
  threat: { norm: 'linf', eps: 0.06 },
  attacks: ATTACKS,
  seed: 5,
  together: 24,
};

let params: Params;
let target: AttackTarget;
let set: EvaluationSet;
let whole: EvaluationResult;

/** Images of noise with the net's own answers as labels; every eighth label is a wrong one. */
async function noiseSet(): Promise<EvaluationSet> {
  const images = new Float32Array(COUNT * SIZE);
  fillUniform({ seed: 3, stream: 1 }, images);
  const logits = await target.logits(images);
  const labels = Array.from({ length: COUNT }, (_, n) => {
    const answer = firstLargest(logits.slice(n * CLASSES, (n + 1) * CLASSES));
    return n % 8 === 7 ? (answer + 1) % CLASSES : answer;
  });
  return { images, labels, indices: Uint32Array.from({ length: COUNT }, (_, n) => 100 + n) };
}

function reversed({ images, labels, indices }: EvaluationSet): EvaluationSet {
  return {
    images: rowsReversed(images),
    labels: Array.from(labels).reverse(),
    indices: indices.toReversed(),
  };
}

function rowsReversed(images: Float32Array): Float32Array {
  return images.map((_, at) => images[(COUNT - 1 - Math.floor(at / SIZE)) * SIZE + (at % SIZE)]!);
}

/** What was kept of an evaluation when it was killed after its event `stop`. */
function keptUntil(events: readonly EvaluationEvent[], stop: number): Before {
  const adversarial = set.images.slice();
  const known = new Map<number, Verdict>();
  for (const event of events.slice(0, stop + 1)) {
    if (event.type !== 'clean' && event.type !== 'verdicts') continue;
    event.verdicts.forEach((one) => known.set(one.index, one));
    if (event.type === 'verdicts')
      event.broken.forEach((image, row) => adversarial.set(image, row * SIZE));
  }
  return { verdicts: [...known.values()], adversarial };
}

beforeAll(async () => {
  await startBackend('cpu');
  params = paramsFromWeights(NET, initialWeights(NET, 6));
  target = netTarget(NET, params);
  set = await noiseSet();
  whole = await resultOf(evaluate(target, set, SETTINGS));
});

afterAll(() => dispose(Object.values(params)));

describe('A9 on the cpu backend, an evaluation by all four attacks', () => {
  it('is one in which every attack breaks images and leaves some', () => {
    for (const { kind, broken } of whole.tallies) expect([kind, broken > 0]).toEqual([kind, true]);
    expect(whole.verdicts.filter(stands).length).toBeGreaterThan(0);
  });

  it.each([[[1]], [[37]], [[256]]])(
    'has the same verdicts in batches of %j',
    async (batchSizes) => {
      const found = await resultOf(evaluate(target, set, { ...SETTINGS, batchSizes }));
      expect(found.verdicts).toEqual(whole.verdicts);
      expect(found.adversarial).toEqual(whole.adversarial);
    },
  );

  it('has the same verdicts in reversed order', async () => {
    const found = await resultOf(evaluate(target, reversed(set), SETTINGS));
    expect(found.verdicts.toReversed()).toEqual(whole.verdicts);
    expect(rowsReversed(found.adversarial)).toEqual(whole.adversarial);
  });

  it('has the same verdicts when it was killed in any attack and taken up again', async () => {
    const events: EvaluationEvent[] = [];
    for await (const event of evaluate(target, set, SETTINGS)) events.push(event);
    for (const attack of ATTACKS.keys()) {
      const told = events.findIndex((one) => one.type === 'verdicts' && one.attack === attack);
      // With none of the attack's images done, and with some of them.
      for (const stop of [told - 1, told]) {
        const again = await resultOf(evaluate(target, set, SETTINGS, keptUntil(events, stop)));
        expect(again.verdicts).toEqual(whole.verdicts);
        expect(again.adversarial).toEqual(whole.adversarial);
      }
    }
  });
});
