import type { TrustCheck } from '../../model/attack/evaluation.ts';
import type { Card, Outcome, Steps } from './card.ts';

/** One check of the card. */
export interface Check {
  readonly id: string;
  readonly title: string;
  /** Its precondition: finite logits of the clean images, or the record's verdicts as well. */
  readonly needs: 'nothing' | 'logits' | 'verdicts';
  /** Whether it counts images that an attack breaks: for a random net the count is random. */
  readonly counts?: true;
  readonly run: (card: Card) => Steps<Outcome>;
}

/** A finished check's outcome. */
export function outcome(passes: boolean, sentence: string): Outcome {
  return { state: passes ? 'pass' : 'fail', sentence };
}

export function notRun(sentence: string): Outcome {
  return { state: 'not-run', sentence };
}

/** A check of known results: one step. */
export function atOnce(look: (card: Card) => Outcome): (card: Card) => Steps<Outcome> {
  // oxlint-disable-next-line @typescript-eslint/require-await -- all checks are stepped alike.
  return async function* (card) {
    yield;
    return look(card);
  };
}

/** Why a check cannot run; null when it can. */
function missing({ needs }: Check, { logits, clean, verdicts }: Card): string | null {
  if (needs === 'nothing') return null;
  if (clean.length === 0) {
    const bad = logits.findIndex((one) => !Number.isFinite(one));
    return `The net answers with ${logits[bad]!} where numbers are needed.`;
  }
  if (needs === 'verdicts' && verdicts.length === 0)
    return 'The evaluation has classified no image yet: run it first.';
  return null;
}

function withChance({ counts }: Check, { random }: Card, found: Outcome): Outcome {
  if (counts === undefined || random !== true || found.state === 'not-run') return found;
  const sentence = found.sentence.replace(/\.$/, '');
  return {
    ...found,
    sentence: `${sentence}; the net draws random numbers, so that this holds for one draw only.`,
  };
}

/** Runs one check. */
export async function* runCheck(check: Check, card: Card): Steps<TrustCheck> {
  const { id, title } = check;
  const reason = missing(check, card);
  if (reason !== null) return { id, title, ...notRun(reason) };
  return { id, title, ...withChance(check, card, yield* check.run(card)) };
}
