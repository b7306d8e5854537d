import { dispose, engine, getBackend, getKernel, keep, memory, tidy } from '@tensorflow/tfjs-core';
import type {
  NamedAttrMap,
  NamedTensorMap,
  Tensor,
  Tensor1D,
  Tensor2D,
} from '@tensorflow/tfjs-core';

export type { Tensor, Tensor1D, Tensor2D };
export { dispose, keep, memory, tidy };

/** Whether the backend in use has a kernel of the lab under this name. */
export function hasKernel(name: string): boolean {
  // The registry's type leaves out that it answers undefined.
  const kernel: unknown = getKernel(name, getBackend());
  return kernel !== undefined;
}

function run(name: string, inputs: NamedTensorMap, attributes: object): Tensor | Tensor[] {
  return engine().runKernel(name, inputs, attributes as NamedAttrMap);
}

/** Runs a kernel with one result by name; the caller disposes of it. */
export function runKernel(name: string, inputs: NamedTensorMap, attributes: object = {}): Tensor {
  return run(name, inputs, attributes) as Tensor;
}

/** Runs a kernel with several results by name; the caller disposes of them. */
export function runKernels(
  name: string,
  inputs: NamedTensorMap,
  attributes: object = {},
): Tensor[] {
  return run(name, inputs, attributes) as Tensor[];
}

/** Gradient of one input: a tensor, or what makes it, asked only when that input needs one. */
export type InputGradient = Tensor | (() => Tensor);

/** Forward value of an op, what its gradient needs, and the gradient, one entry an input. */
export interface Forward {
  readonly value: Tensor;
  /** Kept until the backward pass; the last argument of `gradients` in the same order. */
  readonly saved: readonly Tensor[];
  readonly gradients: (dy: Tensor, saved: readonly Tensor[]) => InputGradient[];
}

/** What an engine's tape holds, as far as the lab needs it. */
export interface TapeNode {
  readonly saved?: readonly Tensor[];
}

/** tfjs's engine with its tape, which its types do not name. */
interface TapeEngine {
  readonly state: { activeTape: TapeNode[] | null };
  startTape(): void;
  endTape(): void;
  /** Unlike `customGrad` it takes gradients that are made on demand. */
  runKernelFunc(call: {
    forwardFunc: (backend: unknown, save: (tensors: Tensor[]) => void) => Tensor;
    backwardsFunc: (dy: Tensor, saved: Tensor[]) => Record<string, () => Tensor>;
    inputs: NamedTensorMap;
  }): Tensor;
}

/** The engine in use, its tape included. */
export const tapeEngine = (): TapeEngine => engine() as unknown as TapeEngine;

/** Frees what a tape holds. tfjs does that after a backward pass only: not when one fails. */
export function releaseTape(tape: readonly TapeNode[]): void {
  tape.forEach(({ saved }) => saved?.forEach((one) => one.dispose()));
}

/**
 * Value of a function of tensors, and its gradient for each of them; a type and no interface, since only
 * that is a container of tensors for `tidy`.
 */
export type ValueAndGradients = { readonly value: Tensor; readonly gradients: Tensor[] };

/** Gradients of f; what f put on the tape is freed when it, or the backward pass, throws. */
export function tapedGradients(
  f: () => Tensor,
  xs: readonly Tensor[],
  dy?: Tensor,
): ValueAndGradients {
  try {
    const { value, grads } = engine().gradients(f, [...xs], dy);
    return { value, gradients: grads };
  } catch (error) {
    const { state } = tapeEngine();
    releaseTape(state.activeTape ?? []);
    state.activeTape = null;
    throw error;
  }
}

/**
 * An op with an explicit gradient.
 *
 * tfjs's own gradients are not loaded: they add 30 kB, are absent from its Node build, and some
 * are not those of PyTorch (|x| at 0, ties of max). A gradient must be a tensor of its own: an
 * op that passes dy on returns `dy.clone()`, since the tape disposes of sums as it adds.
 */
export function differentiable(inputs: readonly Tensor[], forward: () => Forward): Tensor {
  let gradients: Forward['gradients'] | undefined;
  return tapeEngine().runKernelFunc({
    inputs: Object.fromEntries(inputs.map((input, index) => [String(index), input])),
    forwardFunc: (_, save) => {
      const result = forward();
      gradients = result.gradients;
      save([...result.saved]);
      return result.value;
    },
    backwardsFunc: (dy, saved) =>
      Object.fromEntries(
        gradients!(dy, saved).map((one, index) => [
          String(index),
          typeof one === 'function' ? one : () => one,
        ]),
      ),
  });
}

/**
 * f and ∂f/∂x for a scalar f; the caller disposes of all that comes back. When f or the backward pass
 * throws, nothing is left but what f itself kept.
 */
export function valueAndGradients(f: () => Tensor, xs: readonly Tensor[]): ValueAndGradients {
  return tidy(() => tapedGradients(f, xs));
}
