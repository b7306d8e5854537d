import { describe, expect, it } from 'vitest';
import { DEFAULT_LAYER, type LayerSpec } from './layer.ts';
import {
  layerFromJson,
  layerToJson,
  LayerJsonError,
  parseLayerJson,
  writeLayerJson,
} from './layer-json.ts';

const values: LayerSpec = {
  ...DEFAULT_LAYER,
  source: {
    kind: 'values',
    values: Float32Array.from({ length: 108 }, (_, n) => n / 7),
    name: 'a.npz',
  },
};

/** The default layer's JSON with some fields changed. */
function changed(change: Record<string, unknown>): Record<string, unknown> {
  return { ...layerToJson(DEFAULT_LAYER), ...change };
}

describe('a layer as JSON', () => {
  it.each([
    ['seeded weights', DEFAULT_LAYER],
    ['given float32 weights', values],
    [
      'given float64 weights and a word for padding',
      {
        ...DEFAULT_LAYER,
        padding: { kind: 'same-tensorflow' },
        source: { kind: 'values', values: new Float64Array(108).fill(Math.PI), name: 'pi' },
      },
    ],
    ['a transposed layer', { ...DEFAULT_LAYER, type: 'transposed-conv', outputPadding: [1, 1] }],
    ['a dense layer', { ...DEFAULT_LAYER, type: 'dense', padding: { kind: 'valid' } }],
    [
      'many weights, as base64',
      {
        ...DEFAULT_LAYER,
        dIn: 100,
        dOut: 201,
        kernel: [1, 1],
        source: {
          kind: 'values',
          name: 'many',
          values: Float64Array.from({ length: 20_100 }, (_, n) => Math.sin(n)),
        },
      },
    ],
  ] as [string, LayerSpec][])('is read back unchanged: %s', (_, spec) => {
    expect(parseLayerJson(writeLayerJson(spec))).toEqual(spec);
  });

  it('may omit fields that have a default', () => {
    const json = {
      format: 'norm-lab/layer',
      version: 1,
      type: 'dense',
      inputChannels: 5,
      outputChannels: 2,
      kernel: { from: 'sine' },
    };
    expect(layerFromJson(json)).toMatchObject({
      dIn: 5,
      input: [1, 1],
      padding: { kind: 'valid' },
    });
  });

  it('writes sizes on one line', () => {
    expect(writeLayerJson(DEFAULT_LAYER)).toContain('"inputSize": [ 8, 8 ],');
  });

  it.each([
    ['another format', changed({ format: 'netron' }), 'format'],
    ['a later version', changed({ version: 2 }), 'version'],
    ['an unknown field', changed({ bias: true }), 'bias'],
    ['a number as text', changed({ inputChannels: '3' }), 'inputChannels'],
    ['a fraction', changed({ groups: 1.5 }), 'groups'],
    ['zero channels', changed({ outputChannels: 0 }), 'outputChannels'],
    ['a size over the cap', changed({ inputSize: [8, 65_537] }), 'inputSize.1'],
    ['a pair of one', changed({ stride: [2] }), 'stride.1'],
    ['a pair of three', changed({ stride: [2, 2, 2] }), 'stride.2'],
    ['negative padding', changed({ padding: [0, 0, 0, -1] }), 'padding'],
    ['an unknown word for padding', changed({ padding: 'full' }), 'padding'],
    ['no kernel', changed({ kernel: undefined }), 'kernel'],
    ['an unknown kernel', changed({ kernel: { from: 'xavier' } }), 'kernel.from'],
    ['no seed', changed({ kernel: { from: 'he' } }), 'kernel.seed'],
    ['a seed for a pattern', changed({ kernel: { from: 'blur', seed: 1 } }), 'kernel.seed'],
  ])('is rejected with the path of the field: %s', (_, json, path) => {
    expect(() => layerFromJson(json)).toThrow(LayerJsonError);
    try {
      layerFromJson(json);
    } catch (error) {
      expect((error as LayerJsonError).path).toBe(path);
    }
  });

  const kernel = { from: 'values', name: 'x', dtype: 'float32' };

  it('counts given weights before allocating them', () => {
    const few = changed({ kernel: { ...kernel, values: [1, 2] } });
    expect(() => layerFromJson(few)).toThrow(
      'kernel.values: holds 2 numbers, but this geometry needs 108.',
    );
    const data = changed({ kernel: { ...kernel, from: 'base64', data: 'AAAA' } });
    expect(() => layerFromJson(data)).toThrow(/kernel.data: holds 0.75 numbers/);
  });

  it('names the first weight that is not a finite number', () => {
    const list: unknown[] = new Array(108).fill(0);
    list[5] = null;
    expect(() => layerFromJson(changed({ kernel: { ...kernel, values: list } }))).toThrow(
      'kernel.values.5: give a finite number.',
    );
  });

  it('rejects weights in base64 that are not finite', () => {
    const spec = {
      ...values,
      source: { ...values.source, values: new Float32Array(108).fill(NaN) },
    };
    const bytes = Buffer.from(new Uint8Array((spec.source.values as Float32Array).buffer));
    const json = changed({ kernel: { ...kernel, from: 'base64', data: bytes.toString('base64') } });
    expect(() => layerFromJson(json)).toThrow(
      'kernel.data: number 0 is NaN: norms need finite weights.',
    );
  });

  it('rejects incompatible sizes, naming the field', () => {
    expect(() => layerFromJson(changed({ kernelSize: [99, 3] }))).toThrow(
      /vertical kernel size = 99/,
    );
    expect(() => layerFromJson(changed({ groups: 2 }))).toThrow(/groups = 2/);
  });

  it('rejects text that is not JSON, or not an object', () => {
    expect(() => parseLayerJson('{')).toThrow(/it is not JSON/);
    for (const json of [null, 3, 'x', []])
      expect(() => layerFromJson(json)).toThrow(LayerJsonError);
  });
});
