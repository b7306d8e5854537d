import { ATTACK_FIELDS, type AttackKind } from '../../model/attack/kinds.ts';
import {
  ATTACK_CHOICES,
  attackPlanDocument,
  checkAttackPlan,
  DEFAULT_ATTACK_PLAN,
  isVersion,
  parseRadius,
  type AttackPlan,
} from '../../model/attack/plan.ts';
import type { Field, Fields } from '../../model/field.ts';
import { UsageError, type Arguments } from '../command.ts';
import { jsonOf, readInput } from '../read-file.ts';

/** Which images: from … to − 1. */
export interface ImageRange {
  readonly from: number;
  readonly to: number;
}

/** `0:500` (500 left out), or `500` for the first so many. */
export function imageRange({ options }: Arguments): ImageRange | null {
  const given = options['images'];
  if (given === undefined) return null;
  const [, from = '0', to = ''] = /^(?:(\d{1,9}):)?(\d{1,9})$/.exec(given) ?? [];
  const range = { from: Number(from), to: Number(to) };
  if (to !== '' && range.to > range.from) return range;
  throw new UsageError(
    `--images ${given}: give a range such as 0:500 (without image 500), or 500.`,
  );
}

function valueOf(field: Field, text: string): unknown {
  if (field.kind === 'number') return text.trim() === '' ? text : Number(text);
  if (field.kind === 'toggle') return { true: true, false: false }[text] ?? text;
  return text;
}

/** The numbers of one attack that `--set` changes. */
function settings(kind: string, given: string): Record<string, unknown> {
  const fields: Fields = ATTACK_FIELDS[kind as AttackKind];
  const pairs = given.split(',').map((pair): [string, unknown] => {
    const [, key = '', text = ''] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field !== undefined) return [key, valueOf(field, text)];
    const names = Object.keys(fields).join(', ');
    throw new UsageError(
      `--set ${pair}: ${kind} has ${names === '' ? 'nothing to set' : names}; give key=value.`,
    );
  });
  return Object.fromEntries(pairs);
}

/** The plan so far as `--attack` says: a version, a kind, or the file of a plan. */
async function attackPart({ options }: Arguments, base: AttackPlan): Promise<AttackPlan> {
  const given = options['attack'];
  if (given === undefined) return base;
  if (ATTACK_CHOICES.some((one) => one === given))
    return { ...base, attack: { kind: given } as AttackPlan['attack'] };
  if (!given.endsWith('.json'))
    throw new UsageError(
      `--attack ${given}: give one of ${ATTACK_CHOICES.join(', ')}, or the JSON file of a plan.`,
    );
  return checkAttackPlan(jsonOf(await readInput(given)));
}

function radius({ options }: Arguments, base: number): number {
  const given = options['eps'];
  if (given === undefined) return base;
  const eps = parseRadius(given);
  if (Number.isFinite(eps)) return eps;
  throw new UsageError(`--eps ${given}: give a number such as 0.1, or a fraction such as 8/255.`);
}

/**
 * The plan that the command line asks for, but for its images.
 *
 * @param base What holds where nothing is said.
 * @throws UsageError or AttackPlanError naming what cannot be.
 */
export async function planOf(
  args: Arguments,
  base: AttackPlan = DEFAULT_ATTACK_PLAN,
): Promise<AttackPlan> {
  const { options } = args;
  const plan = await attackPart(args, base);
  const { norm, seed, set } = options;
  if (set !== undefined && isVersion(plan.attack.kind))
    throw new UsageError(
      `--set: the list ${plan.attack.kind} has nothing to set; name one attack of it.`,
    );
  return checkAttackPlan(
    attackPlanDocument({
      ...plan,
      attack: {
        ...plan.attack,
        ...(set !== undefined && settings(plan.attack.kind, set)),
      },
      threat: {
        norm: (norm ?? plan.threat.norm) as AttackPlan['threat']['norm'],
        eps: radius(args, plan.threat.eps),
      },
      seed: seed === undefined ? plan.seed : Number(seed.trim() || NaN),
    }),
  );
}
