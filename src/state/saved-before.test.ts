import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ATTACK_PLAN } from '../model/attack/plan.ts';
import { decodeFigureView } from '../model/compare/figure-link.ts';
import { parseLayerJson } from '../model/layer/layer-json.ts';
import { decodeLink } from '../model/layer/link-read.ts';
import { EXPERIMENT } from '../model/train/experiment.ts';

interface Saved {
  readonly value: unknown;
}
interface SavedLink extends Saved {
  readonly query: string;
}
interface SavedFile extends Saved {
  readonly text: string;
}

/**
 * Links of all four panels and files as version 0.1.0 wrote them, each with the value that 0.1.0 read
 * from it (typed arrays as `{ "float32": […] }`). Captured once by running that version; not to be
 * made again by later code.
 */
const SAVED = JSON.parse(
  readFileSync(new URL('./testing/saved-by-0.1.0.json', import.meta.url), 'utf8'),
) as Readonly<Record<'layer' | 'train' | 'attack' | 'compare', readonly SavedLink[]>> &
  Readonly<Record<'layerFiles' | 'experimentFiles' | 'planFiles', readonly SavedFile[]>>;

/** A value with its typed arrays as the fixture has them. */
function plain(value: unknown): unknown {
  if (value instanceof Float32Array) return { float32: [...value] };
  if (value instanceof Float64Array) return { float64: [...value] };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}

const CODECS = {
  layer: decodeLink,
  train: EXPERIMENT.decodeQuery,
  attack: ATTACK_PLAN.decodeQuery,
  compare: decodeFigureView,
} as const;

const READERS = {
  layerFiles: parseLayerJson,
  experimentFiles: EXPERIMENT.parse,
  planFiles: (text: string) => ATTACK_PLAN.check(JSON.parse(text)),
} as const;

describe('what version 0.1.0 saved', () => {
  it.each(Object.keys(CODECS) as (keyof typeof CODECS)[])(
    'P5 opens unchanged: links of the %s panel',
    async (panel) => {
      expect(SAVED[panel].length).toBeGreaterThan(13);
      for (const { query, value } of SAVED[panel]) {
        expect(plain(await CODECS[panel](query)), query).toEqual(value);
      }
    },
  );

  it.each(Object.keys(READERS) as (keyof typeof READERS)[])('X2 opens unchanged: %s', (kind) => {
    expect(SAVED[kind].length).toBeGreaterThan(6);
    for (const { text, value } of SAVED[kind]) {
      expect(plain(READERS[kind](text)), text).toEqual(value);
    }
  });
});
