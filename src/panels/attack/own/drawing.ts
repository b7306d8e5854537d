import type { ImageShape } from '../image/pixels.ts';

/** A point in an image, in pixels from its top left corner: [y, x]; 0.5 is a pixel's centre. */
export type Spot = readonly [number, number];

export interface Pen {
  /** Width of the line, in pixels. */
  readonly width: number;
  /** A number in [0, 1] for each channel. */
  readonly color: readonly number[];
}

/** Distance of a place from the segment between two others. */
function distanceTo([y, x]: Spot, [fromY, fromX]: Spot, [toY, toX]: Spot): number {
  const [dy, dx] = [toY - fromY, toX - fromX];
  const length = dy * dy + dx * dx;
  const along = length === 0 ? 0 : ((y - fromY) * dy + (x - fromX) * dx) / length;
  const part = Math.min(1, Math.max(0, along));
  return Math.hypot(y - fromY - part * dy, x - fromX - part * dx);
}

/**
 * An image [H, W, C] in [0, 1] with a line of round ends drawn on it. Pixels that the edge crosses are
 * mixed by how far their centre lies inside.
 */
export function withLine(
  image: Float32Array,
  [height, width, channels]: ImageShape,
  { pen, from, to }: { readonly pen: Pen; readonly from: Spot; readonly to: Spot },
): Float32Array {
  const drawn = image.slice();
  const radius = pen.width / 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = radius + 0.5 - distanceTo([y + 0.5, x + 0.5], from, to);
      if (inside <= 0) continue;
      const part = Math.min(1, inside);
      for (let c = 0; c < channels; c++) {
        const at = (y * width + x) * channels + c;
        drawn[at] = drawn[at]! * (1 - part) + (pen.color[c] ?? pen.color[0]!) * part;
      }
    }
  }
  return drawn;
}

/** The drawn image, with its undo history. */
export interface Sheet {
  readonly image: Float32Array;
  /** Oldest first. */
  readonly past: readonly Float32Array[];
}

const MOST_PAST = 50;

/** Adds an undo step, one per stroke. */
export function withNew({ image, past }: Sheet, next: Float32Array): Sheet {
  return { image: next, past: [...past.slice(1 - MOST_PAST), image] };
}

/** The image before the last stroke; the same when there is none. */
export function undone(sheet: Sheet): Sheet {
  const before = sheet.past.at(-1);
  return before === undefined ? sheet : { image: before, past: sheet.past.slice(0, -1) };
}

export function blankSheet([height, width, channels]: ImageShape): Sheet {
  return { image: new Float32Array(height * width * channels), past: [] };
}

/** `#rrggbb` as numbers in [0, 1]. */
export function colorOf(hex: string): readonly number[] {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
}
