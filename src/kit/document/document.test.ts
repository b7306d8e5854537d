import { describe, expect, it } from 'vitest';
import { defineDocument } from './document.ts';
import { DocumentError } from './error.ts';
import type { ChoiceField, NumberField } from './field.ts';
import { withFlags } from './flags.ts';
import { documentForm } from './form.ts';
import { fieldPart, kindPart, tablePart } from './part.ts';

interface Trip {
  readonly seed: number;
  readonly ball: { readonly norm: 'l1' | 'l2'; readonly eps: number };
  readonly by: { readonly kind: 'foot' } | { readonly kind: 'car'; readonly speed: number };
}

const number = (fallback: number, most: number): NumberField => {
  return { kind: 'number', label: 'n', help: 'a number', fallback, min: 0, max: most };
};
const NORM: ChoiceField<'l1' | 'l2'> = {
  kind: 'choice',
  label: 'Norm',
  help: 'which',
  fallback: 'l1',
  choices: { l1: 'ℓ1', l2: 'ℓ2' },
};
const EPS: NumberField = { ...number(0.5, 1), fraction: true };
const kind = (fields: Record<string, NumberField>) => {
  return { label: '', summary: '', source: '', fields };
};

const TRIP = defineDocument<Trip>({
  format: 'test/trip',
  version: 1,
  longest: 200,
  parts: {
    seed: fieldPart(number(1, 9)),
    ball: tablePart({ norm: NORM, eps: EPS }),
    by: kindPart({ foot: kind({}), car: kind({ speed: number(50, 200) }) }, 'foot'),
  },
  Error: DocumentError,
  conflicts: [
    ({ by, ball }) =>
      by.kind === 'car' && ball.norm === 'l2' ? { path: 'by.kind', reason: 'no car in ℓ2.' } : null,
  ],
});

const CAR: Trip = {
  seed: 3,
  ball: { norm: 'l1', eps: 0.25 },
  by: { kind: 'car', speed: 70 },
};

describe('a kind of document', () => {
  it('X1 has a default for every field, and X2 comes back from its text and its link', () => {
    expect(TRIP.check({ format: 'test/trip', version: 1 })).toEqual(TRIP.fallback);
    expect(TRIP.encodeQuery(TRIP.fallback)).toBe('');
    expect(TRIP.parse(TRIP.serialize(CAR))).toEqual(CAR);
    expect(TRIP.encodeQuery(CAR)).toBe('seed=3&ball.eps=0.25&by.kind=car&by.speed=70');
    expect(TRIP.decodeQuery(TRIP.encodeQuery(CAR))).toEqual(CAR);
  });

  it.each([
    ['ball.eps=2', 'ball.eps'],
    ['ball.size=2', 'ball.size'],
    ['by.kind=boat', 'by.kind'],
    ['by.kind=car&ball.norm=l2', 'by.kind'],
    ['seed=1&seed=2', 'seed'],
  ])('X3 rejects %s with the path %s', (query, path) => {
    expect(() => TRIP.decodeQuery(query)).toThrow(
      expect.objectContaining({ name: 'DocumentError', path }) as Error,
    );
  });

  it('X3 rejects text that is too long or not JSON', () => {
    expect(() => TRIP.parse(' '.repeat(201))).toThrow(
      'it has 201 characters, over the limit of 200.',
    );
    expect(() => TRIP.parse('{')).toThrow('it is not JSON');
  });

  it('X9 gives fields missing in an older version their defaults', () => {
    const old = { seed: 4, ball: { norm: 'l2' } } as unknown as Trip;
    expect(TRIP.completed(old)).toEqual({
      seed: 4,
      ball: { norm: 'l2', eps: 0.5 },
      by: { kind: 'foot' },
    });
  });
});

describe('its form', () => {
  const form = documentForm(TRIP);

  it('P4 names every field with an error, and keeps the last draft without one', () => {
    const wrong = { ...CAR, seed: -1, ball: { norm: 'l1', eps: 7 } } as Trip;
    const state = form.withDraft(form.withDraft(form.initial, CAR), wrong);
    expect(Object.keys(state.fieldErrors)).toEqual(['seed', 'ball.eps']);
    expect(state.accepted).toBe(CAR);
  });

  it('P4 clears errors of typed text when it is corrected or another document is opened', () => {
    const typed = form.withFieldError(form.initial, 'seed', 'Empty: give a number.');
    expect(typed.fieldErrors).toEqual({ seed: 'Empty: give a number.' });
    expect(form.withFieldError(typed, 'seed', undefined).fieldErrors).toEqual({});
    expect(form.withDocument(typed, CAR)).toMatchObject({ fieldErrors: {}, opened: 1 });
  });

  it('P4 keeps the worker’s errors until the draft changes', () => {
    const refused = form.withRefused(form.initial, 'seed', 'taken.');
    expect(refused.fieldErrors).toEqual({ seed: 'taken.' });
    expect(form.withDraft(refused, CAR).fieldErrors).toEqual({});
  });
});

describe('its flags', () => {
  const flags = { eps: { path: ['ball', 'eps'], field: EPS } } as const;

  it('Y2 accept fractions, and name the flag of an invalid text', () => {
    expect(withFlags(CAR, flags, { eps: '8/255' })).toMatchObject({ ball: { eps: 8 / 255 } });
    expect(() => withFlags(CAR, flags, { eps: 'much' })).toThrow(
      '--eps much: give a number such as 0.1, or a fraction such as 8/255.',
    );
  });
});
