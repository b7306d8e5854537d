import type { AttackEntry } from '../../model/attack/kinds.ts';
import { defaultAttack } from '../../model/attack/lists.ts';
import { formatRadius } from '../../model/attack/plan.ts';
import { isRight } from '../../model/attack/verdict.ts';
import { attacked, type Card, type Outcome, type Steps } from './card.ts';
import { notRun, outcome, type Check } from './check.ts';
import { allowed, CHANCE_SHARE } from './thresholds.ts';
import { images, percent } from './labels.ts';

/** Checks of how robust accuracy changes with ε and the number of steps. */

/** An attack with few steps, whatever its setting is called. */
function shortened(entry: AttackEntry, steps: number): AttackEntry {
  const few = (value: number): number => Math.min(value, steps);
  const cut = Object.entries<string | number>(entry).map(
    ([name, value]): [string, string | number] => {
      if (name === 'restarts') return [name, 1];
      const counts = ['iterations', 'steps', 'queries', 'tries', 'targets'].includes(name);
      return [name, counts ? few(Number(value)) : value];
    },
  );
  return Object.fromEntries(cut) as AttackEntry;
}

/** Where nothing may move, few steps show it. */
const ZERO_STEPS = 5;

async function* epsilonZero(card: Card): Steps<Outcome> {
  const { attacks, clean, n } = card;
  const first = shortened(attacks[0]!, ZERO_STEPS);
  const { standing } = yield* attacked(card, { attacks: [first], eps: 0 });
  const right = clean.filter(isRight).length;
  return outcome(
    standing === right,
    `With ε = 0 the plan's first attack leaves ${standing} of ${images(n)}; ${right} are right ` +
      'without any attack; the two must be equal.',
  );
}

function curveAttack({ settings }: Card): readonly AttackEntry[] {
  return [{ ...defaultAttack('apgd-ce'), iterations: settings.steps }];
}

async function* monotone(card: Card): Steps<Outcome> {
  const { record, settings, n } = card;
  const { eps } = record.plan.threat;
  if (eps === 0) return notRun('ε is 0: there is no smaller one to compare with.');
  const standing: number[] = [];
  for (const factor of [0.5, 1, 2]) {
    const probe = { attacks: curveAttack(card), eps: factor * eps };
    const run = yield* attacked(card, probe);
    standing.push(run.standing);
  }
  const most = allowed(CHANCE_SHARE, n);
  const radii = [0.5, 1, 2].map((factor) => formatRadius(factor * eps)).join(', ');
  const rise = Math.max(standing[1]! - standing[0]!, standing[2]! - standing[1]!);
  return outcome(
    rise <= most,
    `APGD-CE of ${settings.steps} steps leaves ${standing.join(', ')} of ${images(n)} at ε = ${radii}; ` +
      `a rise of at most ${most} can be chance.`,
  );
}

/** The radius from which the ball holds the whole box. */
function boxRadius({ record, size }: Card): number {
  return { linf: 1, l2: Math.sqrt(size), l1: size }[record.plan.threat.norm];
}

async function* largeEpsilon(card: Card): Steps<Outcome> {
  const { n, target, settings } = card;
  const iterations = settings.secondSteps;
  const attacks = [
    { ...defaultAttack('apgd-ce'), iterations },
    { ...defaultAttack('apgd-dlr'), iterations },
  ];
  const { standing } = yield* attacked(card, { attacks, eps: boxRadius(card) });
  const chance = Math.floor(n / target.classes);
  return outcome(
    standing <= chance,
    `Where any image may take the place of the image, APGD-CE and APGD-DLR of ${iterations} steps ` +
      `leave ${standing} of ${images(n)} (${percent(standing, n)}); at most chance, ${chance}, is expected.`,
  );
}

async function* iterativeBeatsSingle(card: Card): Steps<Outcome> {
  const { n, settings } = card;
  const { steps } = settings;
  const single = yield* attacked(card, { attacks: [defaultAttack('fgsm')] });
  const walk = { steps, relativeStep: 2.5 / steps, start: 'clean' } as const;
  const many = yield* attacked(card, {
    attacks: [{ ...defaultAttack('pgd'), ...walk }],
  });
  return outcome(
    many.standing <= single.standing,
    `PGD of ${steps} steps leaves ${many.standing} of ${images(n)}, FGSM's single step ` +
      `${single.standing}; no more than FGSM's are expected.`,
  );
}

export const CURVE_CHECKS: readonly Check[] = (
  [
    ['eps-zero', 'ε = 0 changes nothing', epsilonZero],
    ['monotone', 'A larger ε never helps the net', monotone],
    ['large-eps', 'A very large ε reaches chance', largeEpsilon],
    ['iterative', 'Many steps beat a single one', iterativeBeatsSingle],
  ] as const
).map(([id, title, run]) => ({ id, title, needs: 'logits', run, counts: true }));
