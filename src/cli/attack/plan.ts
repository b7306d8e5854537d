import {
  ATTACK_CHOICES,
  ATTACK_PLAN,
  attackFields,
  DEFAULT_ATTACK_PLAN,
  isVersion,
  THREAT_FIELDS,
  type AttackPlan,
} from '../../model/attack/plan.ts';
import { DATA_FIELDS } from '../../model/train/experiment-fields.ts';
import { flagValue, withFlags } from '../../kit/document/flags.ts';
import { UsageError, type Arguments } from '../command.ts';
import { jsonOf, readInput } from '../read-file.ts';

/** Flags that set fields of the plan. */
export const PLAN_FLAGS = {
  norm: { path: ['threat', 'norm'], field: THREAT_FIELDS.norm },
  eps: { path: ['threat', 'eps'], field: THREAT_FIELDS.eps },
  seed: { path: ['seed'], field: { ...DATA_FIELDS.seed, fallback: 0 } },
} as const;

/** Range of images, `from` … `to` − 1. */
export interface ImageRange {
  readonly from: number;
  readonly to: number;
}

/** Parses `0:500` (images 0 to 499) or `500` (the first 500). */
export function imageRange({ options }: Arguments): ImageRange | null {
  const given = options['images'];
  if (given === undefined) return null;
  const [, from = '0', to = ''] = /^(?:(\d{1,9}):)?(\d{1,9})$/.exec(given) ?? [];
  const range = { from: Number(from), to: Number(to) };
  if (to !== '' && range.to > range.from) return range;
  throw new UsageError(
    `--images ${given}: give a range such as 0:500 (images 0 to 499), or a count such as 500.`,
  );
}

/** The settings of one attack changed by `--set`. */
function settings(kind: AttackPlan['attack']['kind'], given: string): Record<string, unknown> {
  if (isVersion(kind))
    throw new UsageError(
      `--set: the list ${kind} has no settings; choose a single attack with --attack.`,
    );
  const fields = attackFields(kind);
  const pairs = given.split(',').map((pair): [string, unknown] => {
    const [, key = '', text = ''] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field !== undefined) return [key, flagValue(`--set ${pair}`, field, text)];
    const names = Object.keys(fields).join(', ');
    throw new UsageError(
      `--set ${pair}: ${kind} has ${names === '' ? 'no settings' : `the settings ${names}`}; give key=value.`,
    );
  });
  return Object.fromEntries(pairs);
}

/** The plan with the attack of `--attack`: a version, a kind, or the file of a plan. */
async function attackPart({ options }: Arguments, base: AttackPlan): Promise<AttackPlan> {
  const given = options['attack'];
  if (given === undefined) return base;
  if (Object.hasOwn(ATTACK_CHOICES, given))
    return { ...base, attack: { kind: given } as AttackPlan['attack'] };
  if (!given.endsWith('.json'))
    throw new UsageError(
      `--attack ${given}: give one of ${Object.keys(ATTACK_CHOICES).join(', ')}, or the JSON file of a plan.`,
    );
  return ATTACK_PLAN.check(jsonOf(await readInput(given)));
}

/**
 * The plan given on the command line, except its images.
 *
 * @param base The plan that the flags change.
 * @throws UsageError or DocumentError naming the flag or the field.
 */
export async function planOf(
  args: Arguments,
  base: AttackPlan = DEFAULT_ATTACK_PLAN,
): Promise<AttackPlan> {
  const { options } = args;
  const plan = await attackPart(args, base);
  const { kind } = plan.attack;
  const own = options['set'] === undefined ? {} : settings(kind, options['set']);
  const attack = { ...plan.attack, ...own };
  const changed = withFlags({ ...plan, attack }, PLAN_FLAGS, options) as AttackPlan;
  return ATTACK_PLAN.check(ATTACK_PLAN.toDocument(changed));
}
