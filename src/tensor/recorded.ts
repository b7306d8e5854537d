import { releaseTape, tapedGradients, tapeEngine, tidy, type Tensor } from './engine.ts';

/** A forward pass whose backward pass is still to come. */
export interface Recorded {
  /** f(x); the caller disposes of it. */
  readonly value: Tensor;
  /**
   * The gradient by x of Σ dy · f(x), dy shaped like the value, and the end of the record: call one
   * of `pull` and `forget`, once. The caller disposes of dy and of the gradient.
   */
  readonly pull: (dy: Tensor) => Tensor;
  /** Frees what the record holds, without a backward pass. */
  readonly forget: () => void;
}

/**
 * Runs f and keeps its tape, so that dy may be computed from the value, with reads that take their
 * time, before the one backward pass. Without it an attack whose loss is not an op would run the
 * net twice. Other gradients may be taken in between: the tape is out of the engine's hands.
 *
 * @throws Error when the value does not depend on x.
 */
export function recordForward(f: (x: Tensor) => Tensor, x: Tensor): Recorded {
  const taping = tapeEngine();
  taping.startTape();
  let value: Tensor;
  try {
    value = tidy(() => f(x));
  } catch (error) {
    releaseTape(taping.state.activeTape ?? []);
    throw error;
  } finally {
    taping.endTape();
  }
  const tape = taping.state.activeTape ?? [];
  taping.state.activeTape = null;
  const pull = (dy: Tensor): Tensor => {
    const replay = (): Tensor => {
      taping.state.activeTape!.push(...tape);
      return value;
    };
    return tidy(() => tapedGradients(replay, [x], dy).gradients[0]!);
  };
  return { value, pull, forget: () => releaseTape(tape) };
}
