import type { L2Ends, NetLayerInfo, NetRow } from '../../model/net/net.ts';

/** The tighter of two certified intervals of the same norm. */
function tighter(a: L2Ends, b: L2Ends): L2Ends {
  return { lower: Math.max(a.lower, b.lower), upper: Math.min(a.upper, b.upper) };
}

/** Returns the old row itself when nothing is new, so that it is not drawn again. */
function merged(old: NetRow | undefined, fresh: NetRow): NetRow {
  if (old === undefined || 'failure' in old || 'failure' in fresh) return fresh;
  const [a, b] = [old.norms.l2, fresh.norms.l2];
  const l2 = a === null || b === null ? (a ?? b) : tighter(a, b);
  const { l1, linf } = fresh.norms;
  const same = l2?.lower === a?.lower && l2?.upper === a?.upper;
  if (same && l1 === old.norms.l1 && linf === old.norms.linf) return old;
  return { ...fresh, norms: { ...fresh.norms, l2 } };
}

/**
 * Merges newer rows. A known interval is never widened or lost: both the old and the new one hold,
 * and so does their intersection. (The row of a layer whose geometry changes is removed first.)
 */
export function mergeRows(
  rows: ReadonlyMap<number, NetRow>,
  fresh: readonly NetRow[],
): Map<number, NetRow> {
  const all = new Map(rows);
  for (const row of fresh) all.set(row.index, merged(all.get(row.index), row));
  return all;
}

/** Indices of layers without a row, or without an ℓ2 interval. */
export function unfinished(
  layers: readonly NetLayerInfo[],
  rows: ReadonlyMap<number, NetRow>,
): number[] {
  return layers
    .map(({ index }) => index)
    .filter((index) => {
      const row = rows.get(index);
      return row === undefined || ('norms' in row && row.norms.l2 === null);
    });
}
