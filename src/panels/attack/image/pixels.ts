import type { VectorNorm } from '../../../math/lengths.ts';
import { divergingColor, type Rgb, type Theme } from '../../../math/palette.ts';

/** [height, width, channels]. */
export type ImageShape = readonly [number, number, number];

/** RGBA bytes of an image [H, W, C] in [0, 1]; one channel is grey, of others the first three show. */
export function picturePixels(image: Float32Array, [height, width, channels]: ImageShape) {
  const rgba = new Uint8ClampedArray(4 * height * width);
  for (let k = 0; k < height * width; k++) {
    for (let c = 0; c < 3; c++) {
      rgba[4 * k + c] = 255 * image[k * channels + Math.min(c, channels - 1)]!;
    }
    rgba[4 * k + 3] = 255;
  }
  return rgba;
}

/** Rounding tolerance of float32 images at the surface of their ball. */
const SURFACE = 1e-5;

/**
 * The difference drawn in full colour: ε in ℓ∞, so that all images share one scale; otherwise, and
 * when points of the trajectory lie outside the ball, the largest difference of any value.
 *
 * @param points images beside each other, each as long as `clean`
 */
export function fullDifference(
  { norm, eps }: { readonly norm: VectorNorm; readonly eps: number },
  clean: Float32Array,
  points: Float32Array,
): number {
  let largest = 0;
  for (let at = 0; at < points.length; at++) {
    const size = Math.abs(points[at]! - clean[at % clean.length]!);
    if (size > largest) largest = size;
  }
  return norm === 'linf' && largest <= eps + SURFACE ? eps : largest;
}

const SHADES = 127;
const TABLES = new Map<Theme, readonly Rgb[]>();

/** The diverging scale in 255 shades: one lookup per pixel. */
function shades(theme: Theme): readonly Rgb[] {
  const known = TABLES.get(theme);
  if (known !== undefined) return known;
  const table = Array.from({ length: 2 * SHADES + 1 }, (_, k) =>
    divergingColor((k - SHADES) / SHADES, theme),
  );
  TABLES.set(theme, table);
  return table;
}

/**
 * RGBA bytes of an amplified difference. One channel on the diverging scale (orange: lighter than clean,
 * blue: darker); with three, each channel of its own around mid-grey: 0.5 + δ / (2 · full).
 */
export function differencePixels(
  { clean, point, full }: { clean: Float32Array; point: Float32Array; full: number },
  [height, width, channels]: ImageShape,
  theme: Theme,
) {
  const rgba = new Uint8ClampedArray(4 * height * width);
  const part = (at: number): number =>
    full > 0 ? Math.max(-1, Math.min(1, (point[at]! - clean[at]!) / full)) : 0;
  const table = channels === 1 ? shades(theme) : null;
  for (let k = 0; k < height * width; k++) {
    const shade = table?.[Math.round(part(k) * SHADES) + SHADES];
    for (let c = 0; c < 3; c++) {
      rgba[4 * k + c] =
        shade?.[c] ?? 127.5 + 127.5 * part(k * channels + Math.min(c, channels - 1));
    }
    rgba[4 * k + 3] = 255;
  }
  return rgba;
}
