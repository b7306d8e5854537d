/** Displacement of one entry for the multiplier α: −α within [−|y|, room]. */
function entryMove(alpha: number, least: number, most: number): number {
  return Math.min(Math.max(-alpha, least), most);
}

/** Bounds of the move of each entry along the sign of its perturbation. */
interface Moves {
  /** −|y_i|: back to the clean image. */
  readonly least: Float64Array;
  /** min(0, 1 − x_i − y_i, x_i + y_i): what the box takes at any rate. */
  readonly most: Float64Array;
}

function movesOf(x: Float32Array, y: Float64Array): Moves {
  return {
    least: y.map((one) => -Math.abs(one)),
    most: y.map((one, at) => Math.min(0, 1 - x[at]! - one, x[at]! + one)),
  };
}

function total({ least, most }: Moves, alpha: number): number {
  let sum = 0;
  for (let at = 0; at < least.length; at++) sum += entryMove(alpha, least[at]!, most[at]!);
  return sum;
}

/**
 * The α ≥ 0 with Σ clip(−α, least, most) = wanted: a falling function, linear between its
 * breakpoints −most and −least. Entry at falls with slope 1 between its own two.
 */
function solveAlpha({ least, most }: Moves, wanted: number): number {
  const starts = most.map((one) => -one).sort();
  const ends = least.map((one) => -one).sort();
  let sum = most.reduce((all, one) => all + one, 0);
  let [alpha, gradient, started, ended] = [0, 0, 0, 0];
  while (ended < ends.length) {
    const start = started < starts.length ? starts[started]! : Infinity;
    const next = Math.min(start, ends[ended]!);
    const below = sum - gradient * (next - alpha);
    if (below <= wanted && gradient > 0) return alpha + (sum - wanted) / gradient;
    [sum, alpha] = [below, next];
    if (start <= ends[ended]!) {
      started += 1;
      gradient += 1;
    } else {
      ended += 1;
      gradient -= 1;
    }
  }
  return alpha;
}

/**
 * The smallest δ (in ℓ2) that brings a perturbation y of an image x into the ℓ1 ball and the box:
 * ‖y + δ‖₁ ≤ ε and 0 ≤ x + y + δ ≤ 1.
 *
 * @param x An image in [0, 1].
 * @param y A perturbation of any size, one entry beside each of x.
 * @see Croce & Hein 2021, "Mind the box: l1-APGD for sparse adversarial attacks on image
 * classifiers", Prop. 2.1.
 */
export function l1BoxDisplacement(x: Float32Array, y: Float64Array, eps: number): Float64Array {
  const moves = movesOf(x, y);
  const l1 = y.reduce((sum, one) => sum + Math.abs(one), 0);
  const wanted = eps - l1;
  const boxOnly = total(moves, 0) <= wanted;
  const alpha = boxOnly ? 0 : solveAlpha(moves, wanted);
  return y.map((one, at) => Math.sign(one) * entryMove(alpha, moves.least[at]!, moves.most[at]!));
}
