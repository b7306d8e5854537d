import type { AttackNorm } from '../../../model/attack/kinds.ts';
import { isRight, type Verdict } from '../../../model/attack/verdict.ts';

/** Result of an image; during an evaluation the result so far. */
export type Fate = 'fell' | 'stood' | 'wrong';

/** Orders of the gallery. */
export const SORTS = ['place', 'margin', 'distance'] as const;
export type Sort = (typeof SORTS)[number];

/** Filter and order of the gallery. */
export interface Filter {
  /** Null: all. */
  readonly fate: Fate | null;
  /** Index of the attack that broke it; null: any. */
  readonly attack: number | null;
  /** Null: of any class. */
  readonly label: number | null;
  readonly sort: Sort;
}

export const EVERYTHING: Filter = { fate: null, attack: null, label: null, sort: 'place' };

export function fateOf(verdict: Verdict): Fate {
  if (!isRight(verdict)) return 'wrong';
  return verdict.brokenBy === null ? 'stood' : 'fell';
}

/** How many images each choice of the filters has. */
export interface Counts {
  readonly fates: Readonly<Record<Fate, number>>;
  /** By place of the attack that broke them. */
  readonly attacks: ReadonlyMap<number, number>;
  /** By label, rising. */
  readonly labels: ReadonlyMap<number, number>;
}

export function countsOf(verdicts: readonly Verdict[]): Counts {
  const fates = { fell: 0, stood: 0, wrong: 0 };
  const attacks = new Map<number, number>();
  const labels = new Map<number, number>();
  const add = (map: Map<number, number>, key: number) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const verdict of verdicts) {
    fates[fateOf(verdict)] += 1;
    if (verdict.brokenBy !== null) add(attacks, verdict.brokenBy.attack);
    add(labels, verdict.label);
  }
  return { fates, attacks, labels: new Map([...labels].sort(([a], [b]) => a - b)) };
}

function wanted({ fate, attack, label }: Filter, verdict: Verdict): boolean {
  if (fate !== null && fateOf(verdict) !== fate) return false;
  if (attack !== null && verdict.brokenBy?.attack !== attack) return false;
  return label === null || verdict.label === label;
}

/** Sort keys: smallest first, NaN last. */
function keyOf(sort: Sort, norm: AttackNorm): (verdict: Verdict) => number {
  switch (sort) {
    case 'place':
      return ({ index }) => index;
    case 'margin':
      return ({ margin }) => margin;
    case 'distance':
      return ({ brokenBy }) => brokenBy?.distances[norm] ?? NaN;
  }
}

/** Rows of the record that pass a filter, in its order; those without a number come last. */
export function rowsOf(
  verdicts: readonly Verdict[],
  filter: Filter,
  norm: AttackNorm,
): readonly number[] {
  const rows: number[] = [];
  verdicts.forEach((verdict, row) => wanted(filter, verdict) && rows.push(row));
  const key = keyOf(filter.sort, norm);
  const keys = verdicts.map((verdict) => {
    const value = key(verdict);
    return Number.isNaN(value) ? Infinity : value;
  });
  // Equal numbers (including two Infinity) keep their order.
  return rows.sort((a, b) => (keys[a] === keys[b] ? a - b : keys[a]! - keys[b]!));
}

/**
 * A stable order: rows on screen stay in place, new ones are appended. A row stays even when its
 * image has been broken since, until the user sorts again.
 */
export function settled(
  before: readonly number[],
  now: readonly number[],
): { readonly rows: readonly number[]; readonly sorted: boolean } {
  const shown = new Set(before);
  const fresh = now.filter((row) => !shown.has(row));
  const rows = fresh.length === 0 ? before : [...before, ...fresh];
  const sorted = rows.length === now.length && rows.every((row, at) => row === now[at]);
  return { rows, sorted };
}
