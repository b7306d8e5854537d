import { describe, expect, it } from 'vitest';
import { parseNetDescription, serializeNetDescription } from '../files/net-description.ts';
import type { NetDescription } from '../files/net-description-types.ts';
import { tensorsFromDescription } from '../files/net-layers.ts';
import { writeNpz } from '../files/npz-write.ts';
import { readWeights } from '../files/read-weights.ts';
import { writeSafetensors } from '../files/safetensors-write.ts';
import type { NamedTensor, WeightFile } from '../files/tensors.ts';
import { permuteAxes, permuteShape } from '../files/weight-layouts.ts';
import { architecture } from './architectures/architectures.ts';
import { initialWeights } from './initial-weights.ts';
import { netIdentity } from './net-identity.ts';

const NET = architecture('small-cnn', { input: [1, 12, 12], classes: 3, width: 0.25 });
const { tensors: TENSORS } = initialWeights(NET, 4);
const HASH = netIdentity(NET, TENSORS);

/** The text of a description, changed, and read again. */
function changed(from: string | RegExp, to: string): NetDescription {
  const text = serializeNetDescription(NET);
  const next = text.replaceAll(from, to);
  expect(next).not.toBe(text);
  return parseNetDescription(next);
}

async function identityIn(file: string, bytes: Uint8Array): Promise<string> {
  const weights = await readWeights([{ name: file, bytes }]);
  return netIdentity(NET, tensorsFromDescription(NET, weights));
}

/** The weights as tfjs lays them out: kernels HWIO, dense [in, out]. */
function asTfjs(): WeightFile {
  const tensors = TENSORS.map((one): NamedTensor => {
    const order = { 4: [2, 3, 1, 0], 2: [1, 0] }[one.shape.length];
    if (order === undefined) return one;
    const data = permuteAxes(one.data, one.shape, order);
    return { ...one, shape: permuteShape(one.shape, order), data };
  });
  return { format: 'tfjs', tensors, skipped: [], metadata: {} };
}

describe('Y12 the identity of a net', () => {
  it('is the same from safetensors, npz and tfjs, in any order of tensors', async () => {
    expect(HASH).toMatch(/^net2:[0-9a-f]{64}$/);
    const reversed = TENSORS.toReversed();
    expect(await identityIn('w.safetensors', writeSafetensors(TENSORS))).toBe(HASH);
    expect(await identityIn('w.safetensors', writeSafetensors(reversed))).toBe(HASH);
    expect(await identityIn('w.npz', writeNpz(reversed))).toBe(HASH);
    expect(netIdentity(NET, tensorsFromDescription(NET, asTfjs()))).toBe(HASH);
    const extra = {
      name: 'optimizer',
      dtype: 'F32',
      shape: [1],
      data: new Float32Array(1),
    } as const;
    expect(netIdentity(NET, [extra, ...TENSORS])).toBe(HASH);
  });

  it('is the same for float64 weights that round to the same float32', () => {
    const wide = TENSORS.map((one) => ({ ...one, data: Float64Array.from(one.data) }));
    expect(netIdentity(NET, wide)).toBe(HASH);
  });

  it('does not depend on names, notes, or how the description is written', () => {
    const text = JSON.stringify({ classes: ['x'], ...NET, name: 'other' });
    expect(netIdentity(parseNetDescription(text), TENSORS)).toBe(HASH);
    const [first] = TENSORS;
    const renamed = changed(`"${first!.name}"`, '"renamed"');
    const tensors = TENSORS.map((one) => (one === first ? { ...one, name: 'renamed' } : one));
    expect(netIdentity(renamed, tensors)).toBe(HASH);
    const layer = NET.layers.find((one) => 'name' in one && one.type === 'conv2d');
    const name = (layer as { readonly name: string }).name;
    expect(netIdentity(changed(`"name": "${name}"`, '"name": "c"'), TENSORS)).toBe(HASH);
  });

  it('changes with a weight, geometry, a constant, and how images are prepared', () => {
    const others = [
      netIdentity(
        NET,
        TENSORS.map((one, at) => {
          if (at > 0) return one;
          const data = Float32Array.from(one.data);
          data[0]! += 2 ** -20;
          return { ...one, data };
        }),
      ),
      netIdentity(changed('"preprocessing": null', '"preprocessing": "minus mean"'), TENSORS),
      netIdentity({ ...NET, input: { ...NET.input, range: [-1, 1] } }, TENSORS),
      netIdentity({ ...NET, layers: NET.layers.filter(({ type }) => type !== 'relu') }, TENSORS),
      netIdentity(
        {
          ...NET,
          layers: NET.layers.map((one) =>
            one.type === 'conv2d' ? { ...one, padding: [0, 2, 0, 2] as const } : one,
          ),
        },
        TENSORS,
      ),
    ];
    expect(new Set([HASH, ...others]).size).toBe(others.length + 1);
  });

  it('changes with BatchNorm’s ε and running statistics, and within branches', () => {
    const net = architecture('resnet-18', { input: [3, 32, 32], classes: 2, width: 0.0625 });
    const { tensors } = initialWeights(net, 1);
    const hash = netIdentity(net, tensors);
    const eps = JSON.parse(
      JSON.stringify(net).replaceAll('"eps":0.00001', '"eps":0.001'),
    ) as NetDescription;
    expect(netIdentity(eps, tensors)).not.toBe(hash);
    const at = tensors.findLastIndex(({ name }) => name.endsWith('running_mean'));
    const moved = tensors.with(at, { ...tensors[at]!, data: tensors[at]!.data.map((x) => x + 1) });
    expect(netIdentity(net, moved)).not.toBe(hash);
    expect(() => netIdentity(net, tensors.toSpliced(at, 1))).toThrow(
      /"\S*running_mean" is missing/,
    );
  });
});
