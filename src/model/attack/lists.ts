import { ATTACK_KINDS, type AttackEntry, type AttackKind, type AttackNorm } from './kinds.ts';
import type { KindEntry } from '../../kit/document/field.ts';
import { defaultKind } from '../../kit/document/part.ts';

/** A list of attacks as a choice besides the single attacks: it has no settings. */
function list(label: string, summary: string, source: string): KindEntry {
  return { label, summary, source, fields: {} };
}

/**
 * Versions of AutoAttack: `repo` is as run by the paper's code, the others are AutoAttack's own.
 */
export const AUTOATTACK_KINDS = {
  standard: list(
    'AutoAttack, standard',
    'The standard benchmark for robust accuracy (Croce & Hein 2020).',
    'Croce & Hein 2020',
  ),
  plus: list(
    'AutoAttack, plus',
    'More restarts, and the untargeted losses: slower, seldom stronger.',
    'Croce & Hein 2020',
  ),
  rand: list(
    'AutoAttack, rand',
    'For nets that draw random numbers: each gradient is the mean of 20.',
    'Croce & Hein 2020',
  ),
  repo: list(
    'As the paper ran it',
    'APGD-CE and APGD-T, as in the paper’s code: without FAB-T and Square.',
    'the paper’s code',
  ),
} as const;
export type AutoAttackVersion = keyof typeof AUTOATTACK_KINDS;

/** A kind of attack with its default settings, which are the reference's. */
export function defaultAttack<K extends AttackKind>(kind: K): AttackEntry<K> {
  return defaultKind<AttackEntry<K>>(ATTACK_KINDS, kind);
}

const CE = defaultAttack('apgd-ce');
const DLR = defaultAttack('apgd-dlr');
const TARGETED = defaultAttack('apgd-t');
const FAB_T = defaultAttack('fab-t');
const SQUARE = defaultAttack('square');

type Lists = Readonly<Record<AutoAttackVersion, readonly AttackEntry[]>>;

const BALLS: Lists = {
  standard: [CE, TARGETED, FAB_T, SQUARE],
  plus: [
    { ...CE, restarts: 5 },
    { ...DLR, restarts: 5 },
    SQUARE,
    TARGETED,
    { ...FAB_T, restarts: 5 },
  ],
  rand: [
    { ...CE, eot: 20 },
    { ...DLR, eot: 20 },
  ],
  repo: [CE, TARGETED],
};

const L1_STANDARD = [
  { ...CE, restarts: 5 },
  { ...TARGETED, targets: 5 },
];
const L1: Lists = {
  standard: L1_STANDARD,
  plus: [{ ...CE, restarts: 5 }, { ...DLR, restarts: 5 }, TARGETED],
  rand: BALLS.rand,
  // The paper's code uses the first two attacks of the standard list for every norm.
  repo: L1_STANDARD,
};

/** The lists by norm. */
const LISTS: Readonly<Record<AttackNorm, Lists>> = { linf: BALLS, l2: BALLS, l1: L1 };

/**
 * The attacks of a version of AutoAttack, in their order. Differences from the reference: `plus`
 * leaves out untargeted FAB, which FAB-T with as many restarts covers; for ℓ1 there is APGD alone,
 * without FAB-T and Square, and always in three stages of the radius, which the reference has in
 * `standard` alone. None of these may be called AutoAttack without saying so (`isComplete`).
 *
 * @see Croce & Hein 2020 and the reference's AutoAttack.set_version.
 */
export function autoAttack(version: AutoAttackVersion, norm: AttackNorm): readonly AttackEntry[] {
  return LISTS[norm][version];
}

/** Whether the list is the reference's, attack by attack. */
export function isComplete(version: AutoAttackVersion, norm: AttackNorm): boolean {
  if (version === 'repo') return true;
  return norm !== 'l1' && version !== 'plus';
}
