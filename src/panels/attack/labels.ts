import { ATTACK_KINDS, type AttackEntry } from '../../model/attack/kinds.ts';
import { attacksOf, IMAGE_FIELDS, type AttackPlan } from '../../model/attack/plan.ts';
import { DATA_FIELDS } from '../../model/train/experiment-fields.ts';
import type { Field, Fields } from '../../kit/document/field.ts';
import type { EvaluationEntry } from '../../state/attack/store.ts';
import { formatCount } from '../../ui/format.ts';
import { TEXT } from './messages.ts';

/** Name of the set of images. */
export function formatSource({ source, own }: AttackPlan['images']): string {
  return source === 'own' ? own : DATA_FIELDS.source.choices[source];
}

/** Which images an evaluation is of. */
export function formatImages(images: AttackPlan['images']): string {
  return TEXT.images({
    count: formatCount(images.count),
    part: IMAGE_FIELDS.part.choices[images.part],
    source: formatSource(images),
    from: images.from,
  });
}

function formatValue(field: Field, value: unknown): string {
  if (field.kind === 'choice') return field.choices[value as string] ?? String(value);
  const unit = field.kind === 'number' && field.unit !== undefined ? ` ${field.unit}` : '';
  return `${Number.isInteger(value) ? formatCount(value as number) : String(value)}${unit}`;
}

/** The settings of one attack, in one line. */
export function formatSettings(entry: AttackEntry): string {
  const fields: Fields = ATTACK_KINDS[entry.kind].fields;
  const values = entry as unknown as Readonly<Record<string, unknown>>;
  return Object.entries(fields)
    .map(([key, field]) => TEXT.setting(field.label, formatValue(field, values[key])))
    .join(', ');
}

/** Name of the attack at an index of the list; the clean images if it is null. */
export function attackAt(plan: AttackPlan, at: number | null): string {
  const entry = at === null ? undefined : attacksOf(plan)[at];
  return entry === undefined ? TEXT.results.clean : ATTACK_KINDS[entry.kind].label;
}

/** State of an evaluation, in a word or two. */
export function formatState({ activity, record }: EvaluationEntry): string {
  const words = TEXT.results.states;
  if (activity !== 'idle') return words[activity];
  if (record.finished) return words.finished;
  return record.verdicts.length === 0 ? words.begun : words.early;
}
