import * as v from 'valibot';
import { ATTACK_FIELDS } from '../../model/attack/kinds.ts';
import {
  attackPlanDocument,
  AttackPlanError,
  checkAttackPlan,
  DEFAULT_ATTACK_PLAN,
  IMAGE_FIELDS,
  isVersion,
  THREAT_FIELDS,
  type AttackPlan,
} from '../../model/attack/plan.ts';
import { fieldSchema, type Fields } from '../../model/field.ts';
import type { Faults } from '../train/draft.ts';

export interface PlanForm {
  /** The plan as it is in the form. */
  readonly draft: AttackPlan;
  /** Texts that are typed into fields but cannot be taken: why not, by path. */
  readonly typed: Faults;
  /** What the worker refused of the draft as it is, by path. */
  readonly refused: Faults;
  /** Everything that is wrong with the form; `''` is about the whole. */
  readonly faults: Faults;
  /** The last draft that had no fault. */
  readonly plan: AttackPlan;
  /** How often a whole plan was put in: its fields begin anew then. */
  readonly opened: number;
}

export const EMPTY_PLAN_FORM: PlanForm = {
  draft: DEFAULT_ATTACK_PLAN,
  typed: {},
  refused: {},
  faults: {},
  plan: DEFAULT_ATTACK_PLAN,
  opened: 0,
};

function faultsIn(path: string, fields: Fields, values: object): [string, string][] {
  return Object.entries(fields).flatMap(([key, field]) => {
    const result = v.safeParse(fieldSchema(field), (values as Record<string, unknown>)[key]);
    return result.success ? [] : [[`${path}.${key}`, result.issues[0].message] as [string, string]];
  });
}

/** Everything that is wrong with a plan as a person has typed it, a sentence for each field. */
export function planFaults(draft: AttackPlan): Faults {
  const { attack, threat, images } = draft;
  const fields = isVersion(attack.kind) ? {} : ATTACK_FIELDS[attack.kind];
  const faults = Object.fromEntries([
    ...faultsIn('attack', fields, attack),
    ...faultsIn('threat', THREAT_FIELDS, threat),
    ...faultsIn('images', IMAGE_FIELDS, images),
  ]);
  if (Object.keys(faults).length > 0) return faults;
  try {
    checkAttackPlan(attackPlanDocument(draft));
    return {};
  } catch (error) {
    if (error instanceof AttackPlanError) return { [error.path]: error.reason };
    throw error;
  }
}

function judged({ draft, typed, refused }: Pick<PlanForm, 'draft' | 'typed' | 'refused'>) {
  const faults = { ...planFaults(draft), ...typed, ...refused };
  const fit = Object.keys(faults).length === 0;
  return { draft, typed, refused, faults, ...(fit ? { plan: draft } : {}) };
}

/** The form with another draft; what the worker refused is judged anew then. */
export function withPlanDraft({ typed }: PlanForm, draft: AttackPlan): Partial<PlanForm> {
  return judged({ draft, typed, refused: {} });
}

/** The form with a whole plan put in: what was typed into its fields is gone with them. */
export function withPlan({ opened }: PlanForm, draft: AttackPlan): Partial<PlanForm> {
  return { ...judged({ draft, typed: {}, refused: {} }), opened: opened + 1 };
}

/** The form after something was typed into a field; `complaint` undefined: it can be taken. */
export function withPlanTyped(
  { draft, typed, refused }: PlanForm,
  path: string,
  complaint: string | undefined,
): Partial<PlanForm> {
  const others = Object.fromEntries(Object.entries(typed).filter(([key]) => key !== path));
  const own = complaint === undefined ? {} : { [path]: complaint };
  return judged({ draft, typed: { ...others, ...own }, refused });
}

/** The form with what the worker refused, until the draft changes. */
export function withPlanRefused(form: PlanForm, path: string, why: string): Partial<PlanForm> {
  return judged({ ...form, refused: { [path]: why } });
}
