import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultAttack } from './lists.ts';
import { DEFAULT_ATTACK_PLAN } from './plan.ts';
import type { EvaluationRecord } from './evaluation.ts';
import { evaluationText, readEvaluation } from './evaluation-document.ts';
import type { BrokenBy, Verdict } from './verdict.ts';

const VERSIONS = { 'norm-lab': '0.1.0' };

function verdict(index: number, change: Partial<Verdict> = {}): Verdict {
  return { index, label: 1, prediction: 1, margin: 2.5, attacks: 4, brokenBy: null, ...change };
}

const BROKEN: Verdict = verdict(11, {
  attacks: 2,
  brokenBy: {
    attack: 1,
    kind: 'apgd-t',
    restart: 3,
    step: 7,
    target: 4,
    prediction: 4,
    margin: -0.25,
    survivesRounding: false,
    distances: { linf: 0.1, l2: 0.17320508075688773, l1: 1.2 },
  },
});

const RECORD: EvaluationRecord = {
  id: 'one',
  subject: { kind: 'run', id: 'r', name: 'ℓ1 “run”', hash: 'ab12' },
  plan: {
    ...DEFAULT_ATTACK_PLAN,
    images: { ...DEFAULT_ATTACK_PLAN.images, from: 10, count: 3 },
    threat: { norm: 'l2', eps: 0.1 + 0.2 },
  },
  data: 'shapes, seed 0',
  created: 5,
  changed: 9,
  backend: 'wasm',
  seconds: 1.5,
  finished: false,
  verdicts: [verdict(10), BROKEN, verdict(12, { prediction: 0, margin: -1, attacks: 0 })],
  tallies: [
    {
      kind: 'apgd-ce',
      attacked: 2,
      broken: 0,
      refused: 0,
      projected: 1,
      passes: { forward: 202, backward: 200 },
      gradients: { all: 200, zero: 0, subnormal: 3, notFinite: 0 },
    },
  ],
  attackSeconds: [1.25],
  curve: { attack: defaultAttack('pgd'), points: [{ eps: 0.5, standing: 1, of: 3 }], left: [1] },
  classes: ['naught', 'one'],
  trust: [{ id: 'noise', state: 'pass', title: 'noise', sentence: 'It breaks 0 images.' }],
};

type Json = Record<string, unknown>;
const documentOf = (record: EvaluationRecord): Json =>
  JSON.parse(evaluationText(record, VERSIONS)) as Json;

describe('Y10 an evaluation’s document', () => {
  it('is read back unchanged, in ASCII, finished or not, with trust card or not', () => {
    const text = evaluationText(RECORD, VERSIONS);
    expect(text).toMatch(/^[\x20-\x7e]*\n$/);
    expect(readEvaluation(JSON.parse(text))).toEqual(RECORD);
    const bare = { ...RECORD, verdicts: [], tallies: [], attackSeconds: [], trust: null };
    expect(readEvaluation(documentOf(bare))).toEqual(bare);
  });

  it('contains flags, proportions with Wilson’s interval, and settings of every attack', () => {
    const document = documentOf(RECORD);
    expect(document['flags']).toEqual({ clean: '110', robust: '100' });
    expect(document['clean']).toMatchObject({ count: 2, n: 3 });
    // Wilson's 95 % interval of 1 in 3, by an independent calculator: 6.15 % to 79.23 %.
    const { interval } = document['robust'] as { interval: { lower: number; upper: number } };
    expect(interval.lower).toBeCloseTo(0.0615, 4);
    expect(interval.upper).toBeCloseTo(0.7923, 4);
    const attacks = document['attacks'] as Json[];
    expect(attacks.map(({ kind }) => kind)).toEqual(['apgd-ce', 'apgd-t', 'fab-t', 'square']);
    expect(attacks[0]).toMatchObject({ flags: '110', attacked: 2, seconds: 1.25 });
    expect(attacks[1]).toMatchObject({ flags: '100', settings: { targets: 9, iterations: 100 } });
    expect(document['list']).toEqual({ version: 'standard', isReference: true, difference: null });
    expect(document['quirks']).toContainEqual(expect.stringContaining('a loss of 0'));
  });

  it('reports where a list differs from the reference’s', () => {
    const plan = { ...RECORD.plan, attack: { kind: 'plus' } as const };
    const fallen = { ...RECORD, plan, verdicts: [], tallies: [], attackSeconds: [] };
    expect(documentOf(fallen)['list']).toMatchObject({ version: 'plus', isReference: false });
    const one = { ...fallen, plan: { ...plan, attack: defaultAttack('pgd') } };
    expect(documentOf(one)['list']).toBeNull();
  });

  it('writes margins that are not finite as null, and reads NaN', () => {
    const nan = { ...BROKEN, index: 10, brokenBy: { ...BROKEN.brokenBy!, margin: NaN } };
    const record = { ...RECORD, verdicts: [nan, verdict(11), verdict(12)] };
    expect(readEvaluation(documentOf(record)).verdicts[0]!.brokenBy!.margin).toBeNaN();
  });
});

const brokenWith = (by: Partial<BrokenBy>): Verdict => ({
  ...BROKEN,
  brokenBy: { ...BROKEN.brokenBy!, ...by },
});

describe('Y11 an invalid document', () => {
  it('is rejected when a byte of it has changed', () => {
    const text = evaluationText(RECORD, VERSIONS).trim();
    const property = fc.property(fc.nat(text.length - 1), fc.nat(94), (at, code) => {
      const other = String.fromCharCode(32 + code);
      if (text[at] === other) return;
      let document: unknown;
      try {
        document = JSON.parse(text.slice(0, at) + other + text.slice(at + 1));
      } catch {
        return;
      }
      // A number may be written in several ways: then nothing was changed.
      if (JSON.stringify(document) === JSON.stringify(JSON.parse(text))) return;
      expect(() => readEvaluation(document)).toThrow(/checksum|not an evaluation|this lab reads/);
    });
    fc.assert(property, { numRuns: 300, seed: 2 });
  });

  it.each<[unknown, RegExp]>([
    [null, /not a JSON object/],
    [[], /not a JSON object/],
    [{ format: 'norm-lab/run', version: 1 }, /not an evaluation of this lab/],
    [{ format: 'norm-lab/evaluation', version: 2 }, /this lab reads version 1/],
    [{ format: 'norm-lab/evaluation', version: 1 }, /checksum/],
  ])('is rejected with a sentence (%#)', (document, sentence) => {
    expect(() => readEvaluation(document)).toThrow(sentence);
  });

  // Written by a program that computes the checksum.
  it.each<[Partial<EvaluationRecord>, RegExp]>([
    [{ verdicts: [verdict(10)] }, /images: 1 of 3 are there/],
    [
      { verdicts: [verdict(10), verdict(11), verdict(11)] },
      /images\.2\.index: 11 is out of order; expected 12/,
    ],
    [{ verdicts: [verdict(10), verdict(11), verdict(12, { attacks: 9 })] }, /images\.2\.attacks/],
    [{ verdicts: [verdict(10), { ...BROKEN, attacks: 3 }, verdict(12)] }, /images\.1\.attacks/],
    [{ verdicts: [verdict(10, { label: -1 }), BROKEN, verdict(12)] }, /images\.0\.label/],
    [
      { verdicts: [verdict(10), { ...BROKEN, prediction: BROKEN.label + 1 }, verdict(12)] },
      /images\.1\.brokenBy: the image was wrong before any attack/,
    ],
    [
      { verdicts: [verdict(10), brokenWith({ prediction: BROKEN.label }), verdict(12)] },
      /images\.1\.brokenBy\.prediction: \d+ is the label/,
    ],
    [
      {
        verdicts: [verdict(10), brokenWith({ distances: { linf: 9, l2: 9, l1: 9 } }), verdict(12)],
      },
      /images\.1\.brokenBy\.distances\.l\w+: 9 is more than ε/,
    ],
    [{ finished: true, verdicts: [] }, /finished: there are no images/],
    [
      { finished: true, verdicts: [verdict(10, { attacks: 0 }), BROKEN, verdict(12)] },
      /finished: image 0 is not done/,
    ],
    [
      { curve: { attack: defaultAttack('pgd'), points: [{ eps: 0.1, standing: 9, of: 0 }] } },
      /curve\.points\.0\.standing: 9 of 0 is impossible/,
    ],
    [
      { curve: { attack: defaultAttack('pgd'), points: [], left: [-1] } },
      /curve\.left\.0: give a number from 0/,
    ],
    [{ seconds: -1 }, /seconds: give a number from 0/],
    [{ tallies: [{ ...RECORD.tallies[0]!, attacked: 0.5 }] }, /attacks\.0/],
    [{ plan: { ...RECORD.plan, seed: -1 } }, /plan\.seed: -1/],
    [{ curve: { attack: { kind: 'repo' } as never, points: [] } }, /repo is not a single attack/],
    [{ curve: { attack: { kind: 'pgd', steps: 0 } as never, points: [] } }, /steps: 0/],
  ])('is rejected with the path of its field (%#)', (change, sentence) => {
    expect(() => readEvaluation(documentOf({ ...RECORD, ...change }))).toThrow(sentence);
  });
});
