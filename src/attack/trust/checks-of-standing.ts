import {
  kindOf,
  type AttackEntry,
  type AttackLoss,
  type Iterative,
} from '../../model/attack/kinds.ts';
import { defaultAttack } from '../../model/attack/lists.ts';
import { stands } from '../../model/attack/verdict.ts';
import { attacked, standingRows, type Card, type Outcome, type Steps } from './card.ts';
import { notRun, outcome, type Check } from './check.ts';
import { allowed, CHANCE_SHARE, SQUARE_SHARE } from './thresholds.ts';
import { images, percent } from './labels.ts';

/** Checks of whether the images that stand also withstand other attacks. */

function noneStands({ n }: Card, what: string): Outcome {
  return outcome(true, `None of ${images(n)} stands: nothing is left for ${what} to break.`);
}

/** An attack on the images that stand, which should break hardly any more. */
async function* again(
  card: Card,
  what: string,
  { attacks, seed }: { readonly attacks: readonly AttackEntry[]; readonly seed?: number },
): Steps<Outcome> {
  const { n } = card;
  const rows = standingRows(card);
  if (rows.length === 0) return noneStands(card, what);
  const run = yield* attacked(card, { attacks, rows, ...(seed !== undefined && { seed }) });
  const broken = rows.length - run.standing;
  const most = allowed(CHANCE_SHARE, n);
  return outcome(
    broken <= most,
    `Of ${images(rows.length)} left standing, ${what} breaks ${broken}; at most ${most} ` +
      `(${percent(CHANCE_SHARE, 1)} of all ${n}) can be chance.`,
  );
}

/** The plan's first iterative gradient attack, and how the trust card makes it stronger. */
function iterativeOf({ attacks }: Card): {
  readonly entry: AttackEntry;
  readonly iterative: Iterative<AttackEntry>;
} | null {
  for (const entry of attacks) {
    const { iterative } = kindOf(entry);
    if (iterative !== null) return { entry, iterative };
  }
  return null;
}

const NO_STEPS = 'The plan has no iterative gradient attack: add APGD or PGD.';

async function* moreSteps(card: Card): Steps<Outcome> {
  const first = iterativeOf(card);
  if (first === null) return notRun(NO_STEPS);
  const attacks = [first.iterative.twiceTheSteps(first.entry)];
  return yield* again(card, 'the plan’s first attack with twice the steps', { attacks });
}

async function* anotherStart(card: Card): Steps<Outcome> {
  const first = iterativeOf(card);
  if (first === null) return notRun(NO_STEPS);
  const attacks = [first.iterative.fromRandomStart(first.entry)];
  const seed = (card.record.plan.seed + 1) % Number.MAX_SAFE_INTEGER;
  return yield* again(card, 'the same attack from other random starts', { attacks, seed });
}

/** Second opinions on other losses; the last one is always new. */
const SECOND: readonly {
  readonly label: string;
  /** A plan with an attack on this loss has this opinion already. */
  readonly loss: AttackLoss | null;
  readonly entry: (iterations: number) => AttackEntry;
}[] = [
  {
    label: 'APGD-DLR',
    loss: 'dlr',
    entry: (iterations) => ({ ...defaultAttack('apgd-dlr'), iterations }),
  },
  {
    label: 'APGD-CE',
    loss: 'cross-entropy',
    entry: (iterations) => ({ ...defaultAttack('apgd-ce'), iterations }),
  },
  {
    label: 'PGD on the margin',
    loss: null,
    entry: (steps) => {
      const walk = { steps, relativeStep: Math.min(2.5 / steps, 1), loss: 'margin' } as const;
      return { ...defaultAttack('pgd'), ...walk };
    },
  },
];

async function* secondOpinion(card: Card): Steps<Outcome> {
  const losses = card.attacks.map((entry) => kindOf(entry).loss);
  const second = SECOND.find(({ loss }) => loss === null || !losses.includes(loss))!;
  const steps = card.settings.secondSteps;
  const attacks = [second.entry(steps)];
  return yield* again(card, `${second.label} of ${steps} steps, with another loss,`, { attacks });
}

/** Images that Square breaks and the attacks by gradients leave; how it was found. */
async function* squareAlone(card: Card): Steps<{ alone: number; how: string }> {
  const { attacks, verdicts, settings } = card;
  const at = attacks.findIndex(({ kind }) => kind === 'square');
  const doneBefore = attacks.slice(0, at < 0 ? attacks.length : at);
  const whiteBox = doneBefore.some((entry) => kindOf(entry).gradients);
  const bySquare = verdicts.flatMap(({ brokenBy }, row) =>
    brokenBy?.kind === 'square' ? [row] : [],
  );
  const ranSquare = at >= 0 && verdicts.every((one) => !stands(one) || one.attacks > at);
  if (ranSquare && whiteBox) return { alone: bySquare.length, how: 'In the evaluation, Square' };
  if (ranSquare) {
    const iterations = settings.secondSteps;
    const strong = [
      { ...defaultAttack('apgd-ce'), iterations },
      { ...defaultAttack('apgd-t'), iterations },
    ];
    const { standing } = yield* attacked(card, { attacks: strong, rows: bySquare });
    return { alone: standing, how: `Beside APGD-CE and APGD-T of ${iterations} steps, Square` };
  }
  const rows = standingRows(card);
  const square = { ...defaultAttack('square'), queries: settings.queries };
  const { standing } = yield* attacked(card, { attacks: [square], rows });
  return { alone: rows.length - standing, how: `Run now with ${settings.queries} queries, Square` };
}

async function* whiteBoxBeatsSquare(card: Card): Steps<Outcome> {
  const { n, record } = card;
  if (record.plan.threat.norm === 'l1') return notRun('Square is not for ℓ1; take ℓ∞ or ℓ2.');
  const ran = card.attacks.some(({ kind }) => kind === 'square');
  if (!ran && standingRows(card).length === 0) return noneStands(card, 'Square');
  const { alone, how } = yield* squareAlone(card);
  return outcome(
    alone <= SQUARE_SHARE * n,
    `${how} breaks ${alone} of ${images(n)} (${percent(alone, n)}) that attacks by gradients leave; ` +
      `at most ${percent(SQUARE_SHARE, 1)} is expected where gradients hide nothing.`,
  );
}

async function* noiseBreaksNothing(card: Card): Steps<Outcome> {
  const { settings } = card;
  const rows = standingRows(card);
  if (rows.length === 0) return noneStands(card, 'noise');
  const entry = { ...defaultAttack('noise'), tries: settings.tries };
  const { standing } = yield* attacked(card, { attacks: [entry], rows });
  const broken = rows.length - standing;
  return outcome(
    broken === 0,
    `${settings.tries} random images within ε of each of ${images(rows.length)} left standing break ` +
      `${broken} of them; none is expected.`,
  );
}

export const STANDING_CHECKS: readonly Check[] = (
  [
    ['more-steps', 'Twice the steps change little', moreSteps],
    ['restarts', 'Other random starts change little', anotherStart],
    ['second', 'Another attack changes little', secondOpinion],
    ['square', 'Gradients beat Square', whiteBoxBeatsSquare],
    ['noise', 'Noise breaks nothing', noiseBreaksNothing],
  ] as const
).map(([id, title, run]) => ({ id, title, needs: 'verdicts', run, counts: true }));
