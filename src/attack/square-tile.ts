/** A matrix in rows. */
interface Block {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

function unitLength(block: Block): Block {
  const length = Math.sqrt(block.values.reduce((sum, value) => sum + value * value, 0));
  // A block without entries has no length.
  return length === 0 ? block : { ...block, values: block.values.map((value) => value / length) };
}

/** Adds a value to a square, cut at the block's edges. */
function addSquare(
  { rows, columns, values }: Block,
  { row, column, side }: { row: number; column: number; side: number },
  value: number,
): void {
  for (let y = Math.max(row, 0); y < Math.min(row + side, rows); y++)
    for (let x = Math.max(column, 0); x < Math.min(column + side, columns); x++)
      values[y * columns + x] = values[y * columns + x]! + value;
}

/** Squares around the centre, each of 1 / (q + 1)² on (2q + 1)² pixels; of ℓ2 length 1. */
export function pyramid(rows: number, columns: number): Block {
  const block = { rows, columns, values: new Float64Array(rows * columns) };
  const [row, column] = [Math.floor(rows / 2), Math.floor(columns / 2)];
  for (let q = 0; q <= Math.max(row, column); q++) {
    const square = { row: row - q, column: column - q, side: 2 * q + 1 };
    addSquare(block, square, 1 / (q + 1) ** 2);
  }
  return unitLength(block);
}

/**
 * Square's ℓ2 building block of a side: a pyramid above, a negative one below; of ℓ2 length 1, in
 * rows.
 *
 * @see Andriushchenko et al. 2020, "Square Attack: a query-efficient black-box adversarial attack
 * via random search", Algorithm 3.
 */
export function tile(side: number): Float64Array {
  const above = pyramid(Math.floor(side / 2), side);
  const below = pyramid(side - above.rows, side);
  const values = new Float64Array(side * side);
  values.set(above.values);
  values.set(
    below.values.map((value) => -value),
    above.values.length,
  );
  return unitLength({ rows: side, columns: side, values }).values;
}
