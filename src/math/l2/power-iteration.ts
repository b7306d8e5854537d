import { fillNormal } from '../random.ts';
import type { LinearMap } from './apply.ts';
import { norm2 } from './lanczos.ts';

/** Where a power iteration stands. */
export interface PowerState {
  /** ‖Mv‖ for the current unit vector. */
  readonly value: number;
  readonly vector: Float64Array;
  readonly iterations: number;
  /** ‖MᵀMv − ‖Mv‖²v‖ / ‖Mv‖². */
  readonly residual: number;
}

/** How a power iteration runs. */
export interface PowerOptions {
  readonly seed: number;
  readonly steps: number;
  /** Stops when the relative residual is below this. */
  readonly tolerance: number;
  /** Adds each gradient to all earlier ones instead of replacing them, as the paper's code does. */
  readonly accumulate: boolean;
}

function residualOf(image: Float64Array, v: Float64Array, value: number): number {
  let sum = 0;
  for (let i = 0; i < v.length; i++) sum += (image[i]! - value ** 2 * v[i]!) ** 2;
  return value > 0 ? Math.sqrt(sum) / value ** 2 : 0;
}

function setUnit(v: Float64Array, direction: Float64Array): void {
  const length = norm2(direction);
  for (let i = 0; i < v.length; i++) v[i] = length > 0 ? direction[i]! / length : 0;
}

/**
 * Power iteration v ← MᵀMv/‖MᵀMv‖ from a seeded Gaussian start: ‖Mv‖ is a lower bound of σ(M) and
 * converges to it. With `accumulate` the gradient buffer is never cleared, so each step uses the
 * sum
 * of all gradients so far and t steps are worth about ln t.
 *
 * @see Virmaux & Scaman 2018, Algorithm 2; Liang & Huang's released code for the accumulation.
 */
export function* powerIteration(
  map: LinearMap,
  options: PowerOptions,
): Generator<PowerState, PowerState> {
  const v: Float64Array = new Float64Array(map.columns);
  setUnit(v, fillNormal({ seed: options.seed, stream: 3 }, new Float64Array(map.columns)));
  const [y, image] = [new Float64Array(map.rows), new Float64Array(map.columns)];
  const buffer = new Float64Array(map.columns);
  let state: PowerState = { value: 0, vector: v, iterations: 0, residual: Infinity };
  for (let iterations = 0; ; iterations++) {
    for (const run = map.forward(v, y); !run.next().done;) yield state;
    const value = norm2(y);
    for (const run = map.adjoint(y, image); !run.next().done;) yield state;
    state = { value, vector: v, iterations, residual: residualOf(image, v, value) };
    if (iterations >= options.steps || state.residual <= options.tolerance) return state;
    for (let i = 0; i < buffer.length; i++) {
      buffer[i] = options.accumulate ? buffer[i]! + image[i]! : image[i]!;
    }
    setUnit(v, buffer);
    yield state;
  }
}
