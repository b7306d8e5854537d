import { describe, expect, it } from 'vitest';
import { parseNetDescription } from '../files/net-description.ts';
import { startBackend } from '../tensor/backends.ts';
import { dispose } from '../tensor/engine.ts';
import { architecture, ARCHITECTURES } from './architectures/architectures.ts';
import type { ArchitectureName } from '../model/net/net-choice.ts';
import { initialParams } from './initial-params.ts';
import { initialWeights, streamOfName } from './initial-weights.ts';
import { netParameters } from './net-parameters.ts';
import { weightsFromParams } from './params.ts';

const NAMES = Object.keys(ARCHITECTURES) as ArchitectureName[];
const small = (name: ArchitectureName) =>
  architecture(name, { width: 1 / 4, classes: 10, input: [3, 32, 32] });

function spreadOf(data: ArrayLike<number>): { least: number; most: number; variance: number } {
  let [least, most, square] = [Infinity, -Infinity, 0];
  for (const one of Array.from(data)) {
    [least, most] = [Math.min(least, one), Math.max(most, one)];
    square += one * one;
  }
  return { least, most, variance: square / data.length };
}

describe('initial weights', () => {
  it('fill ±1/√fan_in uniformly, biases by their layer’s fan-in', () => {
    const net = small('vgg-11');
    const byName = new Map(initialWeights(net, 3).tensors.map((one) => [one.name, one]));
    const { least, most, variance } = spreadOf(byName.get('conv8.weight')!.data);
    const bound = 1 / Math.sqrt(128 * 9);
    expect(byName.get('conv8.weight')!.shape).toEqual([128, 128, 3, 3]);
    // The nearest float32 may lie above the bound by half a unit in the last place.
    expect(Math.max(-least, most)).toBeLessThanOrEqual(bound * (1 + 2 ** -23));
    expect(Math.min(-least, most)).toBeGreaterThan(bound * 0.999);
    // 147,456 numbers: the variance b²/3 to 5 standard deviations of its estimate.
    expect(Math.abs(variance / (bound ** 2 / 3) - 1)).toBeLessThan(5 * Math.sqrt(0.8 / 147_456));
    const bias = spreadOf(byName.get('conv8.bias')!.data);
    expect(Math.max(-bias.least, bias.most)).toBeLessThanOrEqual(bound * (1 + 2 ** -23));
    expect(Math.max(-bias.least, bias.most)).toBeGreaterThan(bound * 0.8);
  });

  it('count the inputs of one group only', () => {
    const { tensors } = initialWeights(small('regnetx-200mf'), 1);
    const { most } = spreadOf(tensors.find((t) => t.name === 'layer4.3.conv2.weight')!.data);
    expect(most * Math.sqrt(8 * 9)).toBeCloseTo(1, 2);
  });

  it('start BatchNorm with 1, 0, running mean 0 and variance 1', () => {
    const net = small('resnet-18');
    const kinds = new Map(netParameters(net).map(({ name, kind }) => [name, kind]));
    const expected = { gamma: 1, beta: 0, 'running-mean': 0, 'running-var': 1 } as const;
    let seen = 0;
    for (const { name, data } of initialWeights(net, 1).tensors) {
      const kind = kinds.get(name)!;
      if (!(kind in expected)) continue;
      seen += 1;
      expect(data.every((one) => one === expected[kind as keyof typeof expected])).toBe(true);
    }
    expect(seen).toBe(80);
  });

  it('depend on the seed and the tensor’s name, not on the layers around it', () => {
    const whole = small('small-cnn');
    const values = (seed: number, net = whole) =>
      initialWeights(net, seed).tensors.find(({ name }) => name === 'conv3.weight')!.data;
    const alone = parseNetDescription(
      JSON.stringify({
        name: 'alone',
        input: { shape: [8, 4, 4] },
        layers: whole.layers
          .filter((layer) => 'name' in layer && layer.name === 'conv3')
          .map((layer) => ({ ...layer, input_shape: undefined, output_shape: undefined })),
      }),
    );
    expect(values(5, alone)).toEqual(values(5));
    expect(values(6)).not.toEqual(values(5));
  });

  it('draw every tensor of every net from a stream of its own', () => {
    // Published values of 32-bit FNV-1a.
    expect(['', 'a', 'foobar'].map(streamOfName)).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
    const names = new Set(NAMES.flatMap((name) => netParameters(small(name)).map((p) => p.name)));
    expect(new Set([...names].map(streamOfName)).size).toBe(names.size);
  });

  it('become tensors and come back number for number', async () => {
    await startBackend('cpu');
    const net = architecture('senet-18', { width: 1 / 32, classes: 10, input: [3, 32, 32] });
    const params = initialParams(net, 2);
    expect(await weightsFromParams(params)).toEqual(initialWeights(net, 2).tensors);
    dispose(Object.values(params));
  });
});
