import { resample, type DecodedImage } from '../../../math/resample.ts';
import type { ImageShape } from '../image/pixels.ts';
import { declaredSize } from './declared-size.ts';
import { OWN_TEXT } from './messages.ts';

const MESSAGES = OWN_TEXT.files;
const MEGA = 2 ** 20;
const MAX_FILE = 32 * MEGA;
const MAX_PIXELS = 2 ** 26;
/** Longest side read pixel by pixel; larger images are first scaled down by the browser. */
const MAX_SIDE = 1024;

/** A file that cannot be used, with a sentence for the user. */
export class ImageFileError extends Error {
  override readonly name = 'PictureFileError';
}

async function bitmapOf(file: File): Promise<ImageBitmap> {
  if (file.size > MAX_FILE)
    throw new ImageFileError(MESSAGES.large(file.name, String(MAX_FILE / MEGA)));
  const size = declaredSize(await file.arrayBuffer());
  if (size === null) throw new ImageFileError(MESSAGES.unknown(file.name));
  const { width, height } = size;
  if (width * height > MAX_PIXELS)
    throw new ImageFileError(
      MESSAGES.pixels(file.name, `${width}×${height}`, String(Math.floor(MAX_PIXELS / 1e6))),
    );
  try {
    return await createImageBitmap(file);
  } catch {
    // Any decoder error.
    throw new ImageFileError(MESSAGES.broken(file.name));
  }
}

/** Scales down a large image off the main thread. */
async function reduced(bitmap: ImageBitmap): Promise<ImageBitmap> {
  const scale = MAX_SIDE / Math.max(bitmap.width, bitmap.height);
  if (scale >= 1) return bitmap;
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  const small = await createImageBitmap(bitmap, {
    resizeWidth: side(bitmap.width),
    resizeHeight: side(bitmap.height),
    resizeQuality: 'high',
  });
  bitmap.close();
  return small;
}

function pixelsOf(bitmap: ImageBitmap): DecodedImage {
  const { width, height } = bitmap;
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new ImageFileError('The browser provides no canvas.');
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { width, height, rgba: context.getImageData(0, 0, width, height).data };
}

/**
 * Decodes an image file as input of a net: [H, W, C] in [0, 1], multiples of 1/255.
 *
 * @throws PictureFileError when it is not an image, too large, or cannot be decoded.
 */
export async function imageOfFile(file: File, shape: ImageShape): Promise<Float32Array> {
  const [height, width, channels] = shape;
  const bytes = new Uint8Array(height * width * channels);
  const image = pixelsOf(await reduced(await bitmapOf(file)));
  resample({ bytes, height, width, channels }, image);
  return Float32Array.from(bytes, (byte) => byte / 255);
}
