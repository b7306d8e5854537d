import { f32, f32x4, i32, repeat, set, when } from './assembler.ts';
import type { Code, Local, Locals, Value } from './assembler.ts';

/** Output columns that one tile computes: two vectors of four. */
export const TILE_COLUMNS = 8;
/** Rows of the largest tile: its 8 sums, 2 columns and 4 factors fill V8's 15 vector registers. */
export const TILE_ROWS = 4;
/** Steps of a tile before its addresses are advanced. */
export const TILE_STEPS = 4;

/** How a product is added: fused where the machine has relaxed SIMD. */
export type MultiplyAdd = (a: Value, b: Value, sum: Value) => Code;

/** Sums of outer products, held in registers. */
export interface Tile {
  readonly sums: readonly (readonly [Local, Local])[];
  readonly columns: readonly [Local, Local];
  readonly splat: Local;
  readonly add: MultiplyAdd;
}

/** A tile of 1 … 4 rows and eight columns. */
export function makeTile(locals: Locals, rows: number, add: MultiplyAdd): Tile {
  const pair = (): [Local, Local] => [locals.add('v128'), locals.add('v128')];
  const sums = Array.from({ length: rows }, pair);
  return { sums, columns: pair(), splat: locals.add('v128'), add };
}

/** All sums become zero. */
export function clearTile({ sums }: Tile): Code {
  return sums.flat().map((sum) => set(sum, f32x4.zero));
}

/** One step's numbers: eight columns at an address, and the factor of each row. */
interface OuterProduct {
  readonly columns: { readonly address: Local; readonly offset: number };
  readonly factor: (row: number) => { readonly address: Local; readonly offset: number };
}

/** sums[r] += factor(r) · columns, for all rows. */
export function addOuterProduct(tile: Tile, { columns, factor }: OuterProduct): Code {
  const loads = tile.columns.map((column, half) =>
    set(column, f32x4.load(columns.address, columns.offset + 16 * half)),
  );
  const rows = tile.sums.map((pair, row): Code => {
    const { address, offset } = factor(row);
    return [
      set(tile.splat, f32x4.loadSplat(address, offset)),
      pair.map((sum, half) => set(sum, tile.add(tile.splat, tile.columns[half]!, sum))),
    ];
  });
  return [loads, rows];
}

/** Where a row of sums goes: its first `count` numbers, and what storing a part of it needs. */
interface RowTarget {
  readonly address: Local;
  readonly count: Local;
  readonly scratch: Local;
  readonly at: Local;
}

function storeRowAs(pair: Tile['sums'][number], to: RowTarget, accumulate: boolean): Code {
  const { address, count, scratch, at } = to;
  const whole = pair.map((sum, half) => {
    const old = f32x4.load(address, 16 * half);
    return f32x4.store(address, accumulate ? f32x4.add(sum, old) : sum, 16 * half);
  });
  const place = i32.add(address, at);
  const one = f32.load(i32.add(scratch, at));
  const part = [
    pair.map((sum, half) => f32x4.store(scratch, sum, 16 * half)),
    repeat(
      at,
      { from: 0, to: i32.shl(count, 2), step: 4 },
      f32.store(place, accumulate ? f32.add(one, f32.load(place)) : one),
    ),
  ];
  return when(i32.equal(count, TILE_COLUMNS), whole, part);
}

/** The first `count` (1 … 8) numbers of a row of sums to an address, added to what is there or not. */
export function storeRow(pair: Tile['sums'][number], to: RowTarget, accumulate: Local): Code {
  return when(accumulate, storeRowAs(pair, to, true), storeRowAs(pair, to, false));
}
