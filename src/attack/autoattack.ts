import type { AttackNorm } from './target.ts';

/** What is set of APGD in a list; radius, norm and seed are those of the evaluation. */
export interface ApgdOptions {
  readonly iterations: number;
  readonly restarts: number;
  readonly targets: number;
  readonly rho: number;
  readonly eot: number;
}

/** Settings of each kind of attack, as a list holds them. */
export interface AttackOptions {
  'apgd-ce': ApgdOptions;
  'apgd-dlr': ApgdOptions;
  'apgd-t': ApgdOptions;
  'fab-t': { readonly iterations: number; readonly targets: number; readonly restarts: number };
  square: { readonly queries: number; readonly share: number; readonly restarts: number };
  fgsm: object;
  pgd: {
    readonly steps: number;
    /** Step size in units of ε. */
    readonly relativeStep: number;
    readonly restarts: number;
    readonly start: 'random' | 'clean';
    readonly loss: 'ce' | 'ce-targeted' | 'dlr' | 'margin';
    readonly targets: number;
    readonly counts: 'any' | 'last';
  };
  noise: { readonly tries: number };
}

export type AttackKind = keyof AttackOptions;

/** One attack of a list. */
export type AttackEntry<K extends AttackKind = AttackKind> = {
  readonly [Kind in K]: { readonly kind: Kind } & Readonly<AttackOptions[Kind]>;
}[K];

/** `repo` is what the paper's code ran; the others are AutoAttack's own. */
export type AutoAttackVersion = 'standard' | 'plus' | 'rand' | 'repo';

const APGD: ApgdOptions = { iterations: 100, restarts: 1, targets: 9, rho: 0.75, eot: 1 };
const CE = { kind: 'apgd-ce', ...APGD } as const;
const DLR = { kind: 'apgd-dlr', ...APGD } as const;
const TARGETED = { kind: 'apgd-t', ...APGD } as const;
const FAB_T = { kind: 'fab-t', iterations: 100, targets: 9, restarts: 1 } as const;
const SQUARE = { kind: 'square', queries: 5000, share: 0.8, restarts: 1 } as const;

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

const L1: Lists = {
  standard: [
    { ...CE, restarts: 5 },
    { ...TARGETED, targets: 5, restarts: 5 },
  ],
  plus: [
    { ...CE, restarts: 5 },
    { ...DLR, restarts: 5 },
    { ...TARGETED, targets: 9, restarts: 5 },
  ],
  rand: BALLS.rand,
  repo: BALLS.repo,
};

/** The lists by norm. */
const LISTS: Readonly<Record<AttackNorm, Lists>> = { linf: BALLS, l2: BALLS, l1: L1 };

/**
 * The attacks of a version of AutoAttack, in their order. Two differences from the reference:
 * `plus` leaves out untargeted FAB, which FAB-T with as many restarts covers, and for ℓ1 there is
 * APGD alone, without FAB-T and Square: neither may be called AutoAttack without saying so
 * (`isComplete`).
 *
 * @see Croce & Hein 2020 and the reference's AutoAttack.set_version.
 */
export function autoAttack(version: AutoAttackVersion, norm: AttackNorm): readonly AttackEntry[] {
  return LISTS[norm][version];
}

/** Whether the list is the reference's, attack by attack. */
export function isComplete(version: AutoAttackVersion, norm: AttackNorm): boolean {
  if (version === 'rand' || version === 'repo') return true;
  return version === 'standard' && norm !== 'l1';
}
