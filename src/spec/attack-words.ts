import { ATTACK_WORDS, type AttackKind } from './attack-kinds.ts';
import type { AutoAttackVersion } from './attack-lists.ts';
import { isVersion, radiusWords, THREAT_FIELDS, type AttackPlan } from './attack-plan.ts';

/** What each list of attacks is called, and what it is for; one without an entry does not compile. */
export const VERSION_WORDS: Readonly<
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
export function kindWords(kind: AutoAttackVersion | AttackKind): string {
  return isVersion(kind) ? VERSION_WORDS[kind].label : ATTACK_WORDS[kind].label;
}

/** `ℓ∞, ε = 8/255`. */
export function threatWords({ norm, eps }: AttackPlan['threat']): string {
  return `${THREAT_FIELDS.norm.choices[norm]}, ε = ${radiusWords(eps)}`;
}

/** What an evaluation was made with, in a line: `AutoAttack, standard, ℓ∞, ε = 8/255`. */
export function planWords({ attack, threat }: Pick<AttackPlan, 'attack' | 'threat'>): string {
  return `${kindWords(attack.kind)}, ${threatWords(threat)}`;
}
