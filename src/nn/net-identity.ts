import type { LayerDescription, NetDescription } from '../files/net-description-types.ts';
import { plainLayers } from '../files/net-description-flatten.ts';
import type { NamedTensor } from '../files/tensors.ts';
import { sha256 } from '../math/sha256.ts';
import { NET_IDENTITY } from '../model/attack/identity.ts';
import { isTensorField, tensorNames } from './params.ts';

/** A layer as it computes: names are left out, a tensor's name only says that there is one. */
function canonicalLayer(layer: LayerDescription): object {
  if (layer.type === 'residual') {
    const { type, body, shortcut, gate } = layer;
    return {
      type,
      body: body.map(canonicalLayer),
      shortcut: shortcut.map(canonicalLayer),
      gate: gate.map(canonicalLayer),
    };
  }
  const fields = Object.entries(layer).filter(([field]) => field !== 'name');
  return Object.fromEntries(
    fields
      .map(([field, value]): [string, unknown] =>
        isTensorField(field) ? [field, value !== null] : [field, value],
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function bytesOf({ data }: NamedTensor): Uint8Array {
  const floats = data instanceof Float32Array ? data : Float32Array.from(data);
  return new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
}

/**
 * The identity of a net: a SHA-256 of what it computes, with a prefix. Covered are the input (shape,
 * range, preprocessing), every layer's type, geometry and constants in order, and the float32 values
 * of its tensors in order of use. Names of nets, layers and tensors, notes, the file format and the
 * order of tensors in a file make no difference.
 *
 * @param tensors In PyTorch's layouts, by the names of the description; others are ignored.
 * @throws RangeError when a tensor is missing.
 */
export function netIdentity(
  { input, layers }: Pick<NetDescription, 'input' | 'layers'>,
  tensors: readonly NamedTensor[],
): string {
  const { shape, range, preprocessing } = input;
  const net = { input: { shape, range, preprocessing }, layers: layers.map(canonicalLayer) };
  const hash = sha256();
  hash.update(new TextEncoder().encode(JSON.stringify(net)));
  const byName = new Map(tensors.map((one) => [one.name, one]));
  for (const name of plainLayers(layers).flatMap(tensorNames)) {
    const tensor = byName.get(name);
    if (tensor === undefined) throw new RangeError(`the tensor "${name}" is missing.`);
    hash.update(bytesOf(tensor));
  }
  return `${NET_IDENTITY}${hash.hex()}`;
}
