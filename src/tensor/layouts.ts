/** Moves the axes of a row-major array: axis k of the result is axis `order[k]` of the source. */
function permuted(
  values: Float32Array,
  shape: readonly number[],
  order: readonly number[],
): Float32Array<ArrayBuffer> {
  const strides = shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, one) => product * one, 1),
  );
  const [lengths, steps] = [order.map((axis) => shape[axis]!), order.map((axis) => strides[axis]!)];
  const out = new Float32Array(values.length);
  const place = new Array<number>(order.length).fill(0);
  for (let at = 0, from = 0; at < out.length; at++) {
    out[at] = values[from]!;
    for (let axis = order.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++place[axis]! < lengths[axis]!) break;
      from -= steps[axis]! * lengths[axis]!;
      place[axis] = 0;
    }
  }
  return out;
}

type Four = readonly [number, number, number, number];

/** A kernel [O, I, k1, k2] (PyTorch) as [k1, k2, I, O] (tfjs). `shape` is the source's. */
export function oihwToHwio(values: Float32Array, shape: Four): Float32Array<ArrayBuffer> {
  return permuted(values, shape, [2, 3, 1, 0]);
}

/** A kernel [k1, k2, I, O] as [O, I, k1, k2]. `shape` is the source's. */
export function hwioToOihw(values: Float32Array, shape: Four): Float32Array<ArrayBuffer> {
  return permuted(values, shape, [3, 2, 0, 1]);
}

/** Images [N, C, H, W] as [N, H, W, C]. `shape` is the source's. */
export function nchwToNhwc(values: Float32Array, shape: Four): Float32Array<ArrayBuffer> {
  return permuted(values, shape, [0, 2, 3, 1]);
}

/** Images [N, H, W, C] as [N, C, H, W]. `shape` is the source's. */
export function nhwcToNchw(values: Float32Array, shape: Four): Float32Array<ArrayBuffer> {
  return permuted(values, shape, [0, 3, 1, 2]);
}

/** A matrix [rows, columns] transposed: PyTorch's [out, in] to tfjs's [in, out] and back. */
export function transposeDense(
  values: Float32Array,
  shape: readonly [number, number],
): Float32Array<ArrayBuffer> {
  return permuted(values, shape, [1, 0]);
}
