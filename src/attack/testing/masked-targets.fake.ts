import { drawNormal } from '../rng.ts';
import type { AttackTarget } from '../target.ts';

/** Nets that only seem robust: what a trust card must flag. */

const times = (values: Float32Array, factor: number): Float32Array =>
  values.map((one) => one * factor);

/** Logits times a factor, in float32: softmax and its gradient saturate. */
export function loud(net: AttackTarget, factor: number): AttackTarget {
  return {
    ...net,
    logits: async (images) => times(await net.logits(images), factor),
    pullback: async (images, cotangent) => {
      const { logits, gradient } = await net.pullback(images, (z, first) =>
        times(cotangent(times(z, factor), first), factor),
      );
      return { logits: times(logits, factor), gradient };
    },
  };
}

/** Inputs rounded to a few levels; the gradient is 0, or that of the net behind (`straight`). */
export function quantised(
  net: AttackTarget,
  levels: number,
  gradient: 'zero' | 'straight',
): AttackTarget {
  const rounded = (images: Float32Array): Float32Array =>
    images.map((one) => Math.round(one * (levels - 1)) / (levels - 1));
  return {
    ...net,
    logits: (images) => net.logits(rounded(images)),
    pullback: async (images, cotangent) => {
      const found = await net.pullback(rounded(images), cotangent);
      return gradient === 'straight' ? found : { ...found, gradient: found.gradient.fill(0) };
    },
  };
}

/** Normal noise on each image, new in each pass. */
export function noisy(net: AttackTarget, deviation: number): AttackTarget {
  let pass = 0;
  const shaken = (images: Float32Array): Float32Array => {
    const draw = { seed: 1, image: 0, stream: 99, restart: 0, step: pass++ };
    const noise = drawNormal(draw, images.length);
    return images.map((one, at) => one + deviation * noise[at]!);
  };
  return {
    ...net,
    logits: (images) => net.logits(shaken(images)),
    pullback: (images, cotangent) => net.pullback(shaken(images), cotangent),
  };
}

/** Softmax behind the net: probabilities where logits are wanted. */
export function probabilities(net: AttackTarget): AttackTarget {
  const { classes } = net;
  const softmax = (z: Float32Array): Float32Array => {
    const out = new Float32Array(z.length);
    for (let at = 0; at < z.length; at += classes) {
      const row = z.subarray(at, at + classes);
      const top = Math.max(...row);
      const sum = row.reduce((total, one) => total + Math.exp(one - top), 0);
      row.forEach((one, c) => (out[at + c] = Math.exp(one - top) / sum));
    }
    return out;
  };
  /** Jᵀw of softmax: p ∘ (w − p·w). */
  const pulled = (p: Float32Array, w: Float32Array): Float32Array =>
    p.map((one, at) => {
      const from = at - (at % classes);
      const mean = p
        .subarray(from, from + classes)
        .reduce((sum, each, c) => sum + each * w[from + c]!, 0);
      return one * (w[at]! - mean);
    });
  return {
    ...net,
    logits: async (images) => softmax(await net.logits(images)),
    pullback: async (images, cotangent) => {
      const { logits, gradient } = await net.pullback(images, (z, first) =>
        pulled(softmax(z), cotangent(softmax(z), first)),
      );
      return { logits: softmax(logits), gradient };
    },
  };
}

/** Images with a part of the other images of their batch, as BatchNorm left in training mode. */
export function crowded(net: AttackTarget, share: number): AttackTarget {
  const size = net.shape.reduce((product, one) => product * one, 1);
  /** x + share · the mean over the batch; also its own adjoint. */
  const mixed = (images: Float32Array): Float32Array => {
    const mean = new Float64Array(size);
    const n = images.length / size;
    images.forEach((one, at) => (mean[at % size] = mean[at % size]! + one / n));
    return images.map((one, at) => one + share * mean[at % size]!);
  };
  return {
    ...net,
    logits: (images) => net.logits(mixed(images)),
    pullback: async (images, cotangent) => {
      const { logits, gradient } = await net.pullback(mixed(images), cotangent);
      return { logits, gradient: mixed(gradient) };
    },
  };
}
