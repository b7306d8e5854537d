import type { Raster, RasterMode } from '../../math/block-max.ts';
import {
  CATEGORICAL_COLORS,
  categoricalColor,
  divergingColor,
  outsideColor,
  surfaceColor,
  type Rgb,
  type Theme,
} from '../../math/palette.ts';
import { COLOR_LEVELS, levelOfKey } from '../../math/weight-keys.ts';

/** RGBA of a pixel as the bytes of one little-endian word. */
function wordOf([r, g, b]: Rgb): number {
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** Least strength of an entry that is not zero: one step above invisible on either surface. */
const FAINTEST = 0.07;

function valueTable(theme: Theme): Rgb[] {
  const strength = (level: number): number =>
    FAINTEST + (1 - FAINTEST) * ((level - 1) / (COLOR_LEVELS - 1));
  const arm = (sign: number): Rgb[] =>
    Array.from({ length: COLOR_LEVELS }, (_, n) => divergingColor(sign * strength(n + 1), theme));
  return [...arm(1), ...arm(-1)];
}

/**
 * All colours of a picture, as RGBA words: 0 outside M, 1 no entry, then for values the levels 1 …
 * 255 of positive and of negative entries, for taps and sets the twelve colours of kinds.
 */
export function colorTable(mode: RasterMode, theme: Theme): Uint32Array {
  const kinds =
    mode === 'value'
      ? valueTable(theme)
      : Array.from({ length: CATEGORICAL_COLORS }, (_, index) => categoricalColor(index, theme));
  return Uint32Array.from([outsideColor(theme), surfaceColor(theme), ...kinds], wordOf);
}

/** Place in {@link colorTable} of a cell of a raster. */
function colorIndex(raster: Raster, thresholds: Uint32Array, cell: number): number {
  const key = raster.keys[cell]!;
  if (raster.mode !== 'value')
    return key === 0 ? 1 : 2 + (raster.classes[cell]! % CATEGORICAL_COLORS);
  const level = levelOfKey(key, thresholds);
  return level === 0 ? 1 : 1 + level + ((key & 1) === 1 ? 0 : COLOR_LEVELS);
}

/** Colours, thresholds, and how many pixels of the picture a pixel of the raster takes each way. */
export interface Paint {
  readonly colors: Uint32Array;
  readonly thresholds: Uint32Array;
  readonly grain: number;
}

/** A picture's pixels, RGBA words, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly words: Uint32Array;
}

/** Colours a raster. */
export function paintRaster(raster: Raster, paint: Paint, { width, height, words }: Picture): void {
  const { grain, colors } = paint;
  const line = new Uint32Array(raster.columns.count);
  const { ofPixel } = raster.columns;
  let last = -2;
  for (let y = 0; y < height; y++) {
    const row = raster.rows.ofPixel[Math.floor(y / grain)]!;
    const at = y * width;
    if (row === last) {
      words.copyWithin(at, at - width, at);
      continue;
    }
    last = row;
    for (let q = 0; row >= 0 && q < line.length; q++) {
      line[q] = colors[colorIndex(raster, paint.thresholds, row * line.length + q)]!;
    }
    for (let x = 0; x < width; x++) {
      const q = row < 0 ? -1 : ofPixel[Math.floor(x / grain)]!;
      words[at + x] = q < 0 ? colors[0]! : line[q]!;
    }
  }
}
