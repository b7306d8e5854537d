import { ATTACK_FIELDS, ATTACK_LABELS, type AttackEntry, type AttackKind } from './kinds.ts';
import { defaultAttack, type AutoAttackVersion } from './lists.ts';
import type { Fields } from '../field.ts';
import { isVersion, formatRadius, THREAT_FIELDS, type AttackPlan } from './plan.ts';

/** What each list of attacks is called, and what it is for; one without an entry does not compile. */
export const VERSION_LABELS: Readonly<
  Record<AutoAttackVersion, { readonly label: string; readonly summary: string }>
> = {
  standard: {
    label: 'AutoAttack, standard',
    summary: 'The list that robust accuracies are compared by (Croce & Hein 2020).',
  },
  plus: {
    label: 'AutoAttack, plus',
    summary: 'More restarts, and the untargeted losses: slower, seldom stronger.',
  },
  rand: {
    label: 'AutoAttack, rand',
    summary: 'For nets that draw random numbers: each gradient is the mean of 20.',
  },
  repo: {
    label: 'As the paper ran it',
    summary: 'APGD-CE and APGD-T, as in the paper’s code: without FAB-T and Square.',
  },
};

/** What a choice of attack is called. */
export function formatKind(kind: AutoAttackVersion | AttackKind): string {
  return isVersion(kind) ? VERSION_LABELS[kind].label : ATTACK_LABELS[kind].label;
}

/** `ℓ∞, ε = 8/255`. */
export function formatThreat({ norm, eps }: AttackPlan['threat']): string {
  return `${THREAT_FIELDS.norm.choices[norm]}, ε = ${formatRadius(eps)}`;
}

/** The numbers of an attack that are not its defaults: `Steps 5, Restarts 2`; empty where all are. */
function formatUnusual(attack: AttackEntry): string {
  const fields: Fields = ATTACK_FIELDS[attack.kind];
  const usual: Readonly<Record<string, unknown>> = { ...defaultAttack(attack.kind) };
  return Object.entries({ ...attack } as Readonly<Record<string, unknown>>)
    .filter(([key, value]) => value !== usual[key])
    .map(([key, value]) => {
      const field = fields[key]!;
      const choice = field.kind === 'choice' ? field.choices[value as string] : undefined;
      return `${field.label} ${choice ?? String(value)}`;
    })
    .join(', ');
}

/**
 * What an evaluation was made with, in a line: `AutoAttack, standard, ℓ∞, ε = 8/255`, or
 * `PGD (Steps 5), ℓ∞, ε = 8/255`. Plans of the same words differ in nothing but images and seed.
 */
export function formatPlan({ attack, threat }: Pick<AttackPlan, 'attack' | 'threat'>): string {
  const unusual = isVersion(attack.kind) ? '' : formatUnusual(attack as AttackEntry);
  const name = formatKind(attack.kind);
  return `${unusual === '' ? name : `${name} (${unusual})`}, ${formatThreat(threat)}`;
}
