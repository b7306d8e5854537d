import { absoluteSums, tapSets } from './exact-norms.ts';
import type { ConvOperator } from './operator.ts';
import { PIECE, type Pieces } from './raster-segments.ts';
import type { SetFamily } from './tap-sets.ts';

/** Absolute sums of one side of M: one number per (channel, vertical set, horizontal set). */
export interface SumTable {
  readonly families: readonly [SetFamily, SetFamily];
  /** [channels, vertical sets, horizontal sets]. */
  readonly sums: Float64Array;
}

/** Σ|entry| of the rows and of the columns of the convolution's matrix. */
export interface SumTables {
  readonly outputs: SumTable;
  readonly inputs: SumTable;
}

/** Most sums that a table holds (32 MiB). */
const MAX_SUMS = 2 ** 22;

/** Whether kernels about as large as the input make too many distinct tap sets to tabulate. */
export function tooManySums({ geometry: g }: ConvOperator): boolean {
  const [a, b] = tapSets(g);
  const rows = g.dOut * a.rows.sets.length * b.rows.sets.length;
  const columns = g.dIn * a.columns.sets.length * b.columns.sets.length;
  return Math.max(rows, columns) > MAX_SUMS;
}

function tableOf(
  perTap: Float64Array,
  channels: number,
  families: SumTable['families'],
  width: number,
): SumTable {
  const [a, b] = families;
  const taps = perTap.length / channels;
  const sums = new Float64Array(channels * a.sets.length * b.sets.length);
  let at = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (const vertical of a.sets) {
      for (const horizontal of b.sets) {
        let total = 0;
        for (const k of vertical) {
          for (const t of horizontal) total += perTap[channel * taps + k * width + t]!;
        }
        sums[at++] = total;
      }
    }
  }
  return { families, sums };
}

/**
 * The absolute row and column sums of M, which depend on the channel and the tap sets only. Summed in
 * the order of `exactNorms`, so that their largest is that norm to the last bit.
 */
export function sumTables({ geometry: g, kernel }: ConvOperator): SumTables {
  const { perInput, perOutput } = absoluteSums(g, kernel);
  const sets = tapSets(g);
  const width = g.kernel[1];
  return {
    outputs: tableOf(perOutput, g.dOut, [sets[0].rows, sets[1].rows], width),
    inputs: tableOf(perInput, g.dIn, [sets[0].columns, sets[1].columns], width),
  };
}

/** Distinct sets among the positions of each range. */
function setsOfRanges(family: SetFamily, { lines, across }: Pieces, axis: 0 | 1): number[][] {
  const ranges = axis === 0 ? lines : across;
  return ranges.from.map((from, name) => [...new Set(family.of.subarray(from, ranges.to[name]))]);
}

/** The largest absolute sum of every segment of one side: exact, whatever the segment holds. */
export function sumProfile({ families, sums }: SumTable, pieces: Pieces): Float64Array {
  const vertical = setsOfRanges(families[0], pieces, 0);
  const horizontal = setsOfRanges(families[1], pieces, 1);
  const [nA, nB] = [families[0].sets.length, families[1].sets.length];
  const profile = new Float64Array(pieces.segments.count);
  for (let q = 0; q < profile.length; q++) {
    let best = 0;
    for (let at = pieces.start[q]! * PIECE; at < pieces.start[q + 1]! * PIECE; at += PIECE) {
      for (let channel = pieces.data[at]!; channel < pieces.data[at + 1]!; channel++) {
        for (const a of vertical[pieces.data[at + 6]!]!) {
          for (const b of horizontal[pieces.data[at + 7]!]!) {
            best = Math.max(best, sums[(channel * nA + a) * nB + b]!);
          }
        }
      }
    }
    profile[q] = best;
  }
  return profile;
}
