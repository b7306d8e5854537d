import * as v from 'valibot';
import {
  ATTACK_FIELDS,
  ATTACK_LABELS,
  type AttackEntry,
  type AttackKind,
  type AttackNorm,
} from './kinds.ts';
import { AUTOATTACK_VERSIONS, autoAttack, type AutoAttackVersion } from './lists.ts';
import { DATA_FIELDS, type DataKind } from '../train/experiment-fields.ts';
import { defaultsOf, fieldSchema, fieldSchemas, type ChoiceField, type Fields } from '../field.ts';

/** Names the format in a file's first line. */
export const ATTACK_PLAN_FORMAT = 'norm-lab/attack';
export const ATTACK_PLAN_VERSION = 1;
/** Most images of one evaluation: what the page holds of them fits its memory. */
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
    help: 'Largest distance, in units of pixels from 0 to 1; a fraction such as 8/255 is taken too.',
    source: '1/255 in Table 2, 8/255 in Figure 2',
  },
} as const satisfies Fields;

const PART: ChoiceField<'test' | 'train'> = {
  kind: 'choice',
  label: 'Part',
  fallback: 'test',
  choices: { test: 'test images', train: 'training images' },
  help: 'Robust accuracy is told of images that the net was not trained on.',
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
    help: 'Place of the first one in its set, counted from 0.',
  },
  count: {
    kind: 'number',
    label: 'Images',
    fallback: 400,
    min: 1,
    max: MOST_IMAGES,
    whole: true,
    help: 'How many: the interval of 95 % says what so few can tell.',
    source: '1,024 in the paper’s code',
  },
} as const satisfies Fields;

/** A version of AutoAttack, or one attack with its numbers. */
export type AttackChoice = { readonly kind: AutoAttackVersion } | AttackEntry;

/** All that an evaluation depends on but the net: the page, a link and a file share it. */
export interface AttackPlan {
  readonly attack: AttackChoice;
  readonly threat: { readonly norm: AttackNorm; readonly eps: number };
  readonly images: {
    readonly source: DataKind;
    /** Of generated images, and of the split of own ones. */
    readonly seed: number;
    /** Name of the person's own set; empty for the others. */
    readonly own: string;
    readonly part: 'test' | 'train';
    readonly from: number;
    readonly count: number;
  };
  /** Of all random numbers of the attacks. */
  readonly seed: number;
}

/** A plan that cannot be: what is wrong, and where in it. */
export class AttackPlanError extends RangeError {
  override readonly name = 'AttackPlanError';
  constructor(
    /** Path of the field, such as `threat.eps`; empty for the whole. */
    readonly path: string,
    readonly reason: string,
  ) {
    super(path === '' ? reason : `${path}: ${reason}`);
  }
}

/** The plan that the lab opens with: AutoAttack at 8/255 on 400 test images of `shapes`. */
export const DEFAULT_ATTACK_PLAN: AttackPlan = {
  attack: { kind: 'standard' },
  threat: defaultsOf(THREAT_FIELDS),
  images: { ...defaultsOf(IMAGE_FIELDS), own: '' },
  seed: 0,
};

export function isVersion(kind: string): kind is AutoAttackVersion {
  return AUTOATTACK_VERSIONS.some((version) => version === kind);
}

/** Everything that can be chosen as an attack. */
export const ATTACK_CHOICES: readonly (AutoAttackVersion | AttackKind)[] = [
  ...AUTOATTACK_VERSIONS,
  ...(Object.keys(ATTACK_FIELDS) as AttackKind[]),
];

const attackSchemas = [
  ...AUTOATTACK_VERSIONS.map((kind) => v.strictObject({ kind: v.literal(kind) })),
  ...Object.entries(ATTACK_FIELDS).map(([kind, fields]) =>
    v.strictObject({ kind: v.literal(kind), ...fieldSchemas(fields) }),
  ),
];

const schema = v.strictObject({
  format: v.literal(ATTACK_PLAN_FORMAT, `give "format": "${ATTACK_PLAN_FORMAT}".`),
  version: v.literal(ATTACK_PLAN_VERSION, `this lab reads version ${ATTACK_PLAN_VERSION}.`),
  attack: v.optional(
    v.variant(
      'kind',
      attackSchemas as unknown as [
        v.StrictObjectSchema<{ kind: v.LiteralSchema<string, undefined> }, undefined>,
      ],
      `give a kind: ${ATTACK_CHOICES.join(', ')}.`,
    ),
    () => DEFAULT_ATTACK_PLAN.attack as { kind: string },
  ),
  threat: v.optional(v.strictObject(fieldSchemas(THREAT_FIELDS)), () => defaultsOf(THREAT_FIELDS)),
  images: v.optional(
    v.strictObject({
      ...fieldSchemas(IMAGE_FIELDS),
      own: v.optional(
        v.pipe(v.string('give a text.'), v.maxLength(200, 'give at most 200 characters.')),
        '',
      ),
    }),
    () => DEFAULT_ATTACK_PLAN.images,
  ),
  seed: v.optional(fieldSchema(DATA_FIELDS.seed), 0),
});

/** Why a kind of attack cannot be used with a norm; null when it can. */
export function normFault(kind: AutoAttackVersion | AttackKind, norm: AttackNorm): string | null {
  if (isVersion(kind) || ATTACK_LABELS[kind].norms.includes(norm)) return null;
  const { label, norms } = ATTACK_LABELS[kind];
  const names = norms.map((one) => NORM.choices[one]).join(' and ');
  return `${label} is for ${names}; take one of these, or APGD, which has every norm.`;
}

/** Refuses what single fields cannot tell. @throws AttackPlanError */
function checkTogether({ attack, threat, images }: AttackPlan): void {
  const fault = normFault(attack.kind, threat.norm);
  if (fault !== null) throw new AttackPlanError('threat.norm', fault);
  if ((images.source === 'own') !== (images.own !== '')) {
    const must = images.source === 'own' ? 'name the set of own images' : 'leave it empty';
    throw new AttackPlanError('images.own', `with images.source "${images.source}", ${must}.`);
  }
}

/**
 * Checks a plan that was parsed from JSON; fields left out get their defaults.
 *
 * @throws AttackPlanError naming the first field that is unknown, missing, or of a wrong value.
 */
export function checkAttackPlan(document: unknown): AttackPlan {
  const result = v.safeParse(schema, document, { abortPipeEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    const unknown = issue.type === 'strict_object' && issue.expected === 'never';
    const given = issue.received === 'undefined' ? 'it is missing; give it.' : issue.message;
    const reason = unknown ? 'there is no such field; remove it.' : given;
    throw new AttackPlanError(v.getDotPath(issue) ?? '', reason);
  }
  const { attack, threat, images, seed } = result.output;
  const plan = { attack, threat, images, seed } as AttackPlan;
  checkTogether(plan);
  return plan;
}

/** A plan as the document that {@link checkAttackPlan} takes. */
export function attackPlanDocument(plan: AttackPlan): object {
  return { format: ATTACK_PLAN_FORMAT, version: ATTACK_PLAN_VERSION, ...plan };
}

/** The attacks of a plan, in their order. */
export function attacksOf({ attack, threat }: AttackPlan): readonly AttackEntry[] {
  return isVersion(attack.kind) ? autoAttack(attack.kind, threat.norm) : [attack as AttackEntry];
}

const FRACTION = /^\s*([\d.,]+)\s*\/\s*([\d.,]+)\s*$/;

/** A radius as a person types it: `0.1`, `0,1` or `8/255`; NaN when it is none. */
export function parseRadius(text: string): number {
  const number = (part: string): number => Number(part.trim().replace(',', '.') || NaN);
  const [, over, under] = FRACTION.exec(text) ?? [];
  return over === undefined ? number(text) : number(over) / number(under!);
}

/**
 * A radius for readers: `8/255` where it is a multiple of 1/255, else a decimal number; 0.2, which is
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
