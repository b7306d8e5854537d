import { piecesOf } from './program.ts';

/** A workgroup's part of a product: its rows and columns. Four by four of them are a thread's. */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
}

/** Terms of the inner sum that a workgroup has at hand at a time. */
export const TILE_INNER = 16;

/** The tile that wastes little on a product of this width; each kind is compiled on its own. */
export function tileFor(columns: number): Tile {
  return { rows: 64, columns: columns > 32 ? 64 : columns > 16 ? 32 : 16 };
}

/** Threads of a workgroup. */
function threadsOf({ rows, columns }: Tile): number {
  return (rows / 4) * (columns / 4);
}

/** In which order a workgroup's threads read a factor: along the axis that memory runs along. */
export type ReadOrder = 'inner' | 'outer';

/**
 * The product of two matrices that are nowhere stored, in many groups, as WGSL. The code around it
 * declares
 * - `Row`, `Inner`: what is worked out once for a row, and for a term of the sum;
 * - `rowAt(row, group) -> Row`, `innerAt(term, group) -> Inner`, `left(Row, Inner) -> f32`: the
 *   first factor, 0 outside;
 * - `lineAt(term, group) -> i32`: where a term's line of the second factor begins, or −1;
 *   `right(line, column) -> f32`: that factor, 0 outside;
 * - `put(row, column, group, split, sum)`: takes a result, also of rows and columns outside;
 * - the uniforms of `gemmParts`.
 */
export interface GemmReads {
  readonly tile: Tile;
  readonly left: ReadOrder;
  readonly right: ReadOrder;
}

/** WGSL: which line (in fours) and term of a tile a thread reads in its n-th turn. */
function turn(lines: number, order: ReadOrder, threads: number): string {
  const [term, line] =
    order === 'inner'
      ? [`place % ${TILE_INNER}`, `place / ${TILE_INNER}`]
      : [`place / ${lines}`, `place % ${lines}`];
  return `let place = thread + turn * ${threads};
      let term = ${term};
      let line = ${line};`;
}

/** Turns in which a workgroup's threads read its part of the left factor. */
function leftTurnsOf(tile: Tile): number {
  return ((tile.rows / 4) * TILE_INNER) / threadsOf(tile);
}

/** WGSL that fills both tiles of workgroup memory, from term `first` on. */
function loadTiles({ tile, left, right }: GemmReads): string {
  const [rows, columns, threads] = [tile.rows / 4, tile.columns / 4, threadsOf(tile)];
  return `    for (var turn = 0; turn < ${leftTurnsOf(tile)}; turn++) {
      ${turn(rows, left, threads)}
      let inner = innerAt(first + term, group);
      var values = vec4<f32>(0.0);
      for (var lane = 0; lane < 4; lane++) {
        values[lane] = left(rows[${left === 'inner' ? 'turn * 4 + lane' : 'lane'}], inner);
      }
      leftTile[term * ${rows} + line] = values;
    }
    for (var turn = 0; turn < ${(columns * TILE_INNER) / threads}; turn++) {
      ${turn(columns, right, threads)}
      let start = lineAt(first + term, group);
      var values = vec4<f32>(0.0);
      for (var lane = 0; lane < 4; lane++) {
        values[lane] = right(start, firstColumn + line * 4 + lane);
      }
      rightTile[term * ${columns} + line] = values;
    }
`;
}

/**
 * WGSL of the product's `main`. Loops of four that could be written out are not: a GPU's compiler
 * does that, and a software adapter takes ten times as long to compile what is written out.
 */
export function gemmCode({ tile, left, right }: GemmReads): string {
  const [rows, columns, threads] = [tile.rows / 4, tile.columns / 4, threadsOf(tile)];
  // In the other order a thread has the same rows in all its turns.
  const rowTurns = left === 'inner' ? leftTurnsOf(tile) : 1;
  return `
var<workgroup> leftTile : array<vec4<f32>, ${rows * TILE_INNER}>;
var<workgroup> rightTile : array<vec4<f32>, ${columns * TILE_INNER}>;

fn main() {
  let number = workgroupNumber();
  let group = (number / uniforms.columnTiles) % uniforms.groups;
  let rest = number / (uniforms.columnTiles * uniforms.groups);
  let split = rest % uniforms.splits;
  let firstRow = rest / uniforms.splits * ${tile.rows};
  let firstColumn = number % uniforms.columnTiles * ${tile.columns};
  let thread = i32(localIndex);
  let down = thread / ${columns};
  let across = thread % ${columns};
  var rows : array<Row, ${4 * rowTurns}>;
  for (var turn = 0; turn < ${rowTurns}; turn++) {
    ${turn(rows, left, threads)}
    for (var lane = 0; lane < 4; lane++) {
      rows[turn * 4 + lane] = rowAt(firstRow + line * 4 + lane, group);
    }
  }
  var sums : array<vec4<f32>, 4>;
  for (var step = 0; step < uniforms.chunk; step += ${TILE_INNER}) {
    let first = split * uniforms.chunk + step;
${loadTiles({ tile, left, right })}    workgroupBarrier();
    for (var term = 0; term < ${TILE_INNER}; term++) {
      let a = leftTile[term * ${rows} + down];
      let b = rightTile[term * ${columns} + across];
      for (var lane = 0; lane < 4; lane++) { sums[lane] += a[lane] * b; }
    }
    workgroupBarrier();
  }
  for (var lane = 0; lane < 4; lane++) {
    for (var column = 0; column < 4; column++) {
      let sum = sums[lane][column];
      put(firstRow + down * 4 + lane, firstColumn + across * 4 + column, group, split, sum);
    }
  }
}
`;
}

/** A product's sizes: those of one group's matrix. */
export interface GemmSizes {
  readonly rows: number;
  readonly columns: number;
  readonly groups: number;
  /** Terms of the inner sum, and into how many parts it is split. */
  readonly chunk: number;
  readonly splits: number;
}

/** What a program takes from the product in tiles. */
export function gemmParts(
  reads: GemmReads,
  { rows, columns, groups, chunk, splits }: GemmSizes,
): { key: string; sizes: Record<string, number>; workgroups: number; threads: number } {
  const columnTiles = piecesOf(columns, reads.tile.columns);
  return {
    key: `${reads.tile.rows}x${reads.tile.columns}`,
    sizes: { columnTiles, splits, chunk: piecesOf(chunk, TILE_INNER) * TILE_INNER },
    workgroups: columnTiles * groups * splits * piecesOf(rows, reads.tile.rows),
    threads: threadsOf(reads.tile),
  };
}
