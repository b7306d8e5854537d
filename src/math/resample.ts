/** A decoded picture as a canvas gives it: RGBA bytes row by row, colours not premultiplied. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray | Uint8Array;
}

/** One output row or column: the input ones that it covers, and their weights, which sum to 1. */
interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/** A picture to be written: bytes [H, W, C] of one (grey) or three channels. */
export interface ImageBytes {
  readonly bytes: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Writes a decoded picture into another size: the largest centred part with the other's proportions is
 * taken and resized. Each output pixel is the mean of the area that it covers, so fine patterns do not
 * alias; enlarging repeats and mixes pixels in the same way. Transparent parts are laid on black, as
 * augmentation pads with black; grey is Rec. 601's 0.299 R + 0.587 G + 0.114 B. Means are taken of the
 * stored (gamma-encoded) values, as PIL and torchvision do.
 * @throws RangeError when the picture is empty or `rgba` has another length.
 */
export function resample(into: ImageBytes, image: DecodedImage): void {
  const { width, height, rgba } = image;
  if (!(width >= 1 && height >= 1) || rgba.length !== 4 * width * height) {
    throw new RangeError(
      `a picture of ${width}x${height} pixels needs ${4 * width * height} RGBA bytes, but has ` +
        `${rgba.length}.`,
    );
  }
  const scale = Math.min(width / into.width, height / into.height);
  const rows = tapsAlong(height, into.height, scale);
  const columns = tapsAlong(width, into.width, scale);
  const colour = new Float64Array(3);
  let at = 0;
  for (const row of rows) {
    for (const column of columns) {
      meanColour(image, { row, column }, colour);
      at = writePixel(colour, into.channels, { out: into.bytes, at });
    }
  }
}

/** For each of `count` outputs the inputs between the edges of its part of the centred crop. */
function tapsAlong(length: number, count: number, scale: number): Taps[] {
  const start = (length - count * scale) / 2;
  return Array.from({ length: count }, (_, k) => {
    const [low, high] = [Math.max(0, start + k * scale), Math.min(length, start + (k + 1) * scale)];
    const first = Math.min(length - 1, Math.floor(low));
    const last = Math.max(first, Math.ceil(high) - 1);
    const weights = Array.from({ length: last - first + 1 }, (__, j) => {
      const [left, right] = [Math.max(low, first + j), Math.min(high, first + j + 1)];
      return Math.max(0, right - left) / (high - low);
    });
    return { first, weights };
  });
}

function meanColour(
  { width, rgba }: DecodedImage,
  { row, column }: { readonly row: Taps; readonly column: Taps },
  colour: Float64Array,
): void {
  colour.fill(0);
  row.weights.forEach((down, y) => {
    const start = (row.first + y) * width + column.first;
    column.weights.forEach((across, x) => {
      const from = 4 * (start + x);
      const weight = (down * across * rgba[from + 3]!) / 255;
      for (let c = 0; c < 3; c++) colour[c]! += weight * rgba[from + c]!;
    });
  });
}

function writePixel(
  colour: Float64Array,
  channels: number,
  { out, at }: { readonly out: Uint8Array; readonly at: number },
): number {
  const [red, green, blue] = [colour[0]!, colour[1]!, colour[2]!];
  const values = channels === 1 ? [0.299 * red + 0.587 * green + 0.114 * blue] : [red, green, blue];
  values.forEach((value, c) => (out[at + c] = Math.min(255, Math.round(value))));
  return at + channels;
}
