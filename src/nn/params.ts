import type { NetDescription, PlainLayerDescription } from '../files/net-description-types.ts';
import { plainLayers } from '../files/net-description-flatten.ts';
import { FileError, type NamedTensor, type WeightFile } from '../files/tensors.ts';
import { hwioToOihw, oihwToHwio, transposeDense } from '../tensor/layouts.ts';
import { readAll } from '../tensor/read.ts';
import { fromArray } from '../tensor/tensors.ts';
import type { Tensor } from '../tensor/engine.ts';

/** A net's weights by the names of its description: kernels [k1, k2, I, O], dense [in, out]. */
export type Params = Readonly<Record<string, Tensor>>;

/** Fields of a layer that name tensors, in the order in which they are hashed and loaded. */
const TENSOR_FIELDS = new Set(['weight', 'bias', 'running_mean', 'running_var']);

/** Whether a field of a layer names a tensor. */
export function isTensorField(field: string): boolean {
  return TENSOR_FIELDS.has(field);
}

/** Names of the tensors that a layer reads: weight, bias, running mean, running variance. */
export function tensorNames(layer: PlainLayerDescription): string[] {
  const fields: Readonly<Record<string, unknown>> = { ...layer };
  return [...TENSOR_FIELDS].flatMap((field) => {
    const name = fields[field];
    return typeof name === 'string' ? [name] : [];
  });
}

/** Numbers in the order and shape in which the tensor room computes. */
function toTensorLayout(
  data: Float32Array,
  shape: readonly number[],
): { data: Float32Array; shape: readonly number[] } {
  const [o = 0, i = 0, k1 = 0, k2 = 0] = shape;
  if (shape.length === 4) return { data: oihwToHwio(data, [o, i, k1, k2]), shape: [k1, k2, i, o] };
  if (shape.length === 2) return { data: transposeDense(data, [o, i]), shape: [i, o] };
  return { data, shape };
}

/**
 * The tensors of a net from its weight file, in the tensor room's layouts (float64 weights are
 * rounded to float32). The caller disposes of them.
 *
 * @throws FileError when the weights lack a tensor that the description names.
 */
export function paramsFromWeights(net: NetDescription, weights: WeightFile): Params {
  const byName = new Map(weights.tensors.map((one) => [one.name, one]));
  const names = [...new Set(plainLayers(net.layers).flatMap(tensorNames))];
  return Object.fromEntries(
    names.map((name) => {
      const found = byName.get(name);
      if (found === undefined)
        throw new FileError(
          'does-not-fit',
          net.name,
          `the description names the tensor "${name}", but the weights do not hold it; give the weights that belong to it.`,
        );
      const { data, shape } = toTensorLayout(Float32Array.from(found.data), found.shape);
      return [name, fromArray(data, shape)];
    }),
  );
}

/** The numbers of a net in PyTorch's layouts, to be written to a file. */
export async function weightsFromParams(params: Params): Promise<NamedTensor[]> {
  const entries = Object.entries(params);
  const values = await readAll(entries.map(([, tensor]) => tensor));
  return entries.map(([name, { shape }], index) => {
    const data = values[index] as Float32Array;
    const [a = 0, b = 0, c = 0, d = 0] = shape;
    if (shape.length === 4)
      return { name, dtype: 'F32', shape: [d, c, a, b], data: hwioToOihw(data, [a, b, c, d]) };
    if (shape.length === 2)
      return { name, dtype: 'F32', shape: [b, a], data: transposeDense(data, [a, b]) };
    return { name, dtype: 'F32', shape, data };
  });
}
