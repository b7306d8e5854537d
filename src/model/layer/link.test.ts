import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Focus } from './focus.ts';
import { DEFAULT_LAYER, type KernelSource, type LayerSpec, type PaddingSpec } from './layer.ts';
import { FIRST_VIEW, type LayerView } from './layer-view.ts';
import { decodeLink } from './link-read.ts';
import { LINK_WEIGHTS } from './link-format.ts';
import { encodeLink } from './link.ts';

const size = fc.integer({ min: 1, max: 9 });
const pair = fc.tuple(size, size);
const side = fc.integer({ min: 0, max: 4 });

const padding: fc.Arbitrary<PaddingSpec> = fc.oneof(
  fc.record({ kind: fc.constant('explicit' as const), sides: fc.tuple(side, side, side, side) }),
  fc.record({ kind: fc.constantFrom('valid' as const, 'same-tensorflow' as const) }),
);
const seeded: fc.Arbitrary<KernelSource> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('he' as const, 'pytorch' as const, 'gaussian' as const),
    seed: fc.maxSafeNat(),
  }),
  fc.record({ kind: fc.constantFrom('identity' as const, 'blur' as const, 'sine' as const) }),
);
const index = fc.nat({ max: 2 ** 31 - 1 });
const focus: fc.Arbitrary<Focus | null> = fc.oneof(
  fc.constant(null),
  fc.record({ kind: fc.constant('entry' as const), row: index, column: index }),
  fc.record({ kind: fc.constant('weight' as const), i: index, j: index, k: index, t: index }),
  fc.record({
    kind: fc.constantFrom('input' as const, 'output' as const),
    channel: index,
    y: index,
    x: index,
  }),
);
const layer: fc.Arbitrary<LayerSpec> = fc.record({
  type: fc.constantFrom('conv' as const, 'transposed-conv' as const),
  dIn: size,
  dOut: size,
  input: pair,
  kernel: pair,
  stride: pair,
  dilation: pair,
  padding,
  paddingMode: fc.constantFrom('zeros' as const, 'circular' as const, 'reflect' as const),
  groups: size,
  outputPadding: fc.tuple(side, side),
  source: seeded,
});

const place = fc.integer({ min: -1e6, max: 1e9 }).map((n) => n / 8);
const view: fc.Arbitrary<LayerView> = fc.record({
  at: fc.tuple(
    place,
    place,
    fc.integer({ min: 0, max: 1000 }).map((n) => n / 1000),
  ),
  square: fc.boolean(),
  pair: fc.tuple(index, index),
  slide: fc.tuple(index, index, index),
  rung: fc.integer({ min: 0, max: 6 }),
  allDigits: fc.boolean(),
  rows: fc.uniqueArray(fc.constantFrom('l1', 'formula1', 'sqrt-l1-linf', 'gram'), { maxLength: 4 }),
});

/** A layer of a geometry that always fits, with n given weights a side. */
function valuesLayer(values: Float32Array | Float64Array, dOut: number): LayerSpec {
  return {
    ...DEFAULT_LAYER,
    dIn: 1,
    dOut,
    kernel: [1, 1],
    padding: { kind: 'valid' },
    source: { kind: 'values', values, name: 'edited by hand & more = ü' },
  };
}

async function roundTrip(spec: LayerSpec): Promise<LayerSpec> {
  const { query } = await encodeLink({ spec, pinned: null, color: null, view: FIRST_VIEW });
  return (await decodeLink(query)).spec;
}

describe('a link to a layer', () => {
  it('is read back to the same layer, pin, colours and view', async () => {
    await fc.assert(
      fc.asyncProperty(layer, focus, view, async (spec, pinned, view) => {
        const state = { spec, pinned, color: 'tap-set', view };
        const { query, complete } = await encodeLink(state);
        expect(complete).toBe(true);
        expect(query).toMatch(/^[\w.,=&%-]+$/);
        expect(await decodeLink(query)).toEqual(state);
      }),
    );
  });

  it('is readable for a simple layer', async () => {
    const { query } = await encodeLink({
      spec: DEFAULT_LAYER,
      pinned: null,
      color: null,
      view: FIRST_VIEW,
    });
    expect(query).toBe('in=3x8x8&out=4&k=3&s=2&p=1&kernel=he&seed=1');
  });

  it('is read back with bitwise equal weights, in float32 and float64', async () => {
    const float = fc.float({ noNaN: true, noDefaultInfinity: true });
    await fc.assert(
      fc.asyncProperty(fc.array(float, { minLength: 1, maxLength: 64 }), async (numbers) => {
        for (const values of [
          Float32Array.from(numbers),
          Float64Array.from(numbers, (x) => x / 3),
        ]) {
          const spec = valuesLayer(values, numbers.length);
          expect(await roundTrip(spec)).toEqual(spec);
        }
      }),
      { numRuns: 30 },
    );
  });

  it(`holds ${LINK_WEIGHTS} weights and says so when there are more`, async () => {
    const full = valuesLayer(new Float32Array(LINK_WEIGHTS).fill(0.5), LINK_WEIGHTS);
    expect(await roundTrip(full)).toEqual(full);
    const over = valuesLayer(new Float32Array(LINK_WEIGHTS + 1), LINK_WEIGHTS + 1);
    const { query, complete } = await encodeLink({
      spec: over,
      pinned: null,
      color: null,
      view: FIRST_VIEW,
    });
    expect(complete).toBe(false);
    await expect(decodeLink(query)).rejects.toThrow(/too many for a link: open the layer’s JSON/);
  });
});

describe('a bad link', () => {
  const good = 'in=3x8x8&out=4&k=3&s=2&p=1&kernel=he&seed=1';

  it.each([
    ['in=3x8&out=4', /^in=3x8: /],
    ['out=4', /^in=: missing/],
    ['in=3x8x8', /^out=: missing/],
    [`${good}&foo=1`, /^foo=1: unknown key; the keys are type, in, out/],
    [`${good}&s=3`, /^s=3: this key is given twice/],
    [good.replace('k=3', 'k=-3'), /^k=-3: /],
    [good.replace('k=3', 'k=1e9'), /^k=1e9: /],
    [good.replace('k=3', 'k=70000'), /^k=70000: .*65536/],
    [good.replace('p=1', 'p=1,2'), /^p=1,2: /],
    [good.replace('he', 'she'), /^kernel=she: give one of/],
    [good.replace('seed=1', 'seed=99999999999999999'), /^seed=/],
    [`${good}&type=constructor`, /^type=constructor: /],
    [`${good}&pin=z1.2`, /^pin=/],
    [`${good}&color=<b>`, /^color=/],
    [`${good}&at=1_2_1.5`, /^at=1_2_1.5: give row_column_zoom/],
    [`${good}&rung=7`, /^rung=7: /],
    [`${good}&slide=1_2`, /^slide=1_2: /],
    [`${good}&digits=yes`, /^digits=yes: /],
    [`${good}&rows=l1_l1`, /^rows=l1_l1: give names of rows/],
    [`${good}&rows=<b>`, /^rows=<b>: /],
    [good.replace('kernel=he&seed=1', 'kernel=values'), /^w=: missing/],
    [good.replace('kernel=he&seed=1', 'kernel=values&w=f32.AAAA'), /^w=f32.AAAA: they do not/],
    ['x'.repeat(500_000), /^link=x{40}…: it is longer/],
  ])('is rejected with the invalid part: %s', async (query, message) => {
    await expect(decodeLink(query)).rejects.toThrow(message);
  });

  it('cannot unpack more than the geometry needs', async () => {
    const { deflateSync } = await import('fflate');
    const { base64urlOfBytes } = await import('../base64.ts');
    const bomb = base64urlOfBytes(deflateSync(new Uint8Array(50_000_000), { level: 9 }));
    const query = `${good.replace('kernel=he&seed=1', 'kernel=values')}&w=f32.${bomb}`;
    await expect(decodeLink(query)).rejects.toThrow(/do not unpack to 108 weights/);
  });
});
