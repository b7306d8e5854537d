import { ATTACK_KINDS, type AttackEntry, type AttackKind } from './kinds.ts';
import { defaultAttack, type AutoAttackVersion } from './lists.ts';
import type { Fields } from '../../kit/document/field.ts';
import { ATTACK_CHOICES, isVersion, formatRadius, THREAT_FIELDS, type AttackPlan } from './plan.ts';

/** The name of a choice of attack. */
export function formatKind(kind: AutoAttackVersion | AttackKind): string {
  return ATTACK_CHOICES[kind].label;
}

/** `ℓ∞, ε = 8/255`. */
export function formatThreat({ norm, eps }: AttackPlan['threat']): string {
  return `${THREAT_FIELDS.norm.choices[norm]}, ε = ${formatRadius(eps)}`;
}

/**
 * The settings of an attack that differ from the defaults: `Steps 5, Restarts 2`; empty if none
 * does.
 */
function formatUnusual(attack: AttackEntry): string {
  const fields: Fields = ATTACK_KINDS[attack.kind].fields;
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
 * Formats an evaluation's plan in one line: `AutoAttack, standard, ℓ∞, ε = 8/255`, or `PGD (Steps
 * 5), ℓ∞, ε = 8/255`. Plans with the same text differ in images and seed only.
 */
export function formatPlan({ attack, threat }: Pick<AttackPlan, 'attack' | 'threat'>): string {
  const unusual = isVersion(attack.kind) ? '' : formatUnusual(attack as AttackEntry);
  const name = formatKind(attack.kind);
  return `${unusual === '' ? name : `${name} (${unusual})`}, ${formatThreat(threat)}`;
}
