import { ATTACK_KINDS, type AttackEntry, type AttackKind, type AttackNorm } from './kinds.ts';
import { AUTOATTACK_KINDS, autoAttack, type AutoAttackVersion } from './lists.ts';
import { DATA_FIELDS, OWN_SET, ownSetConflict, type DataKind } from '../train/experiment-fields.ts';
import { defineDocument, type Conflict } from '../../kit/document/document.ts';
import { DocumentError } from '../../kit/document/error.ts';
import type { ChoiceField, Fields } from '../../kit/document/field.ts';
import { defaultKind, fieldPart, kindPart, tablePart } from '../../kit/document/part.ts';

/** Maximum number of images of one evaluation, limited by the page's memory. */
export const MOST_IMAGES = 10_000;

const NORM: ChoiceField<AttackNorm> = {
  kind: 'choice',
  label: 'Norm',
  fallback: 'linf',
  choices: { linf: 'ℓ∞', l2: 'ℓ2', l1: 'ℓ1' },
  help: 'How the distance to the clean image is measured.',
  source: 'ℓ∞ in the paper',
};

/** Fields of `threat`. */
export const THREAT_FIELDS = {
  norm: NORM,
  eps: {
    kind: 'number',
    label: 'ε',
    fallback: 8 / 255,
    min: 0,
    max: 1000,
    fraction: true,
    help: 'Largest distance, in units of pixels from 0 to 1; a fraction such as 8/255 is also accepted.',
    source: '1/255 in Table 2, 8/255 in Figure 2',
  },
} as const satisfies Fields;

const PART: ChoiceField<'test' | 'train'> = {
  kind: 'choice',
  label: 'Part',
  fallback: 'test',
  choices: { test: 'test images', train: 'training images' },
  help: 'Report robust accuracy on images that the net was not trained on.',
};

/** Fields of `images`. */
export const IMAGE_FIELDS = {
  source: DATA_FIELDS.source,
  seed: DATA_FIELDS.seed,
  part: PART,
  from: {
    kind: 'number',
    label: 'From image',
    fallback: 0,
    min: 0,
    max: 199_999,
    whole: true,
    help: 'Index of the first image in its set, from 0.',
  },
  count: {
    kind: 'number',
    label: 'Images',
    fallback: 400,
    min: 1,
    max: MOST_IMAGES,
    whole: true,
    help: 'Number of images; the 95 % interval shows the precision.',
    source: '1,024 in the paper’s code',
  },
} as const satisfies Fields;

/** A version of AutoAttack, or one attack with its settings. */
export type AttackChoice = { readonly kind: AutoAttackVersion } | AttackEntry;

/** Everything that an evaluation depends on except the net; shared by page, link and file. */
export interface AttackPlan {
  readonly attack: AttackChoice;
  readonly threat: { readonly norm: AttackNorm; readonly eps: number };
  readonly images: {
    readonly source: DataKind;
    /** Seed of generated images, and of the split of own ones. */
    readonly seed: number;
    /** Name of the user's own set; empty for the others. */
    readonly own: string;
    readonly part: 'test' | 'train';
    readonly from: number;
    readonly count: number;
  };
  /** Seed of all random numbers of the attacks. */
  readonly seed: number;
}

/** An invalid plan: the error and its path. */
export class AttackPlanError extends DocumentError {
  override readonly name = 'AttackPlanError';
}

/** Whether a choice of attack is a list of AutoAttack. */
export function isVersion(kind: string): kind is AutoAttackVersion {
  return Object.hasOwn(AUTOATTACK_KINDS, kind);
}

/** Everything that can be chosen as an attack: the lists of AutoAttack, and each attack by itself. */
export const ATTACK_CHOICES = { ...AUTOATTACK_KINDS, ...ATTACK_KINDS } as const;

/** Why a kind of attack cannot be used with a norm; null when it can. */
function normError(kind: AutoAttackVersion | AttackKind, norm: AttackNorm): string | null {
  if (isVersion(kind) || ATTACK_KINDS[kind].norms.includes(norm)) return null;
  const { label, norms } = ATTACK_KINDS[kind];
  const names = norms.map((one) => NORM.choices[one]).join(' and ');
  return `${label} is for ${names}; choose one of these, or APGD, which supports every norm.`;
}

function normConflict({ attack, threat }: AttackPlan): Conflict | null {
  const reason = normError(attack.kind, threat.norm);
  return reason === null ? null : { path: 'threat.norm', reason };
}

/** A plan of attacks as a document. @throws AttackPlanError with the path of the field. */
export const ATTACK_PLAN = defineDocument<AttackPlan>({
  format: 'norm-lab/attack',
  version: 1,
  longest: 2 ** 20,
  parts: {
    attack: kindPart(ATTACK_CHOICES, 'standard'),
    threat: tablePart(THREAT_FIELDS),
    images: tablePart({ ...IMAGE_FIELDS, own: OWN_SET }),
    seed: fieldPart({ ...DATA_FIELDS.seed, fallback: 0 }),
  },
  Error: AttackPlanError,
  conflicts: [normConflict, ({ images }) => ownSetConflict('images', images)],
});

/** The plan that the lab opens with: AutoAttack at 8/255 on 400 test images of `shapes`. */
export const DEFAULT_ATTACK_PLAN = ATTACK_PLAN.fallback;

/** The fields of a choice of attack; none for a list. */
export function attackFields(kind: AttackChoice['kind']): Fields {
  return ATTACK_CHOICES[kind].fields;
}

/** A choice of attack with default settings. */
export function defaultChoice(kind: AttackChoice['kind']): AttackChoice {
  return defaultKind<AttackChoice>(ATTACK_CHOICES, kind);
}

/** The attacks of a plan, in their order. */
export function attacksOf({ attack, threat }: AttackPlan): readonly AttackEntry[] {
  return isVersion(attack.kind) ? autoAttack(attack.kind, threat.norm) : [attack as AttackEntry];
}

/**
 * Formats a radius: `8/255` if it is a multiple of 1/255, else a decimal number; 0.2, which is
 * 51/255 too, stays a decimal.
 */
export function formatRadius(eps: number): string {
  const steps = eps * 255;
  const whole = Math.round(steps);
  const tenths = whole % 51 === 0;
  if (eps > 0 && !tenths && Math.abs(steps - whole) < 1e-9 * whole && eps < 1)
    return `${whole}/255`;
  return String(Number(eps.toPrecision(6)));
}
