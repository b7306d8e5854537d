import { saveFile } from '../../../ui/save-file.ts';
import type { ImageShape } from './pixels.ts';

/** Least height of a saved image: small ones are enlarged by whole numbers, pixel by pixel. */
const LEAST_HEIGHT = 256;

/** Saves images side by side as one PNG, separated by one enlarged pixel. */
export async function saveImages(
  name: string,
  images: readonly Uint8ClampedArray<ArrayBuffer>[],
  [height, width]: ImageShape,
): Promise<void> {
  const scale = Math.max(1, Math.ceil(LEAST_HEIGHT / height));
  const canvas = document.createElement('canvas');
  canvas.width = (images.length * (width + 1) - 1) * scale;
  canvas.height = height * scale;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('the browser provides no canvas.');
  context.imageSmoothingEnabled = false;
  for (const [at, pixels] of images.entries()) {
    const bitmap = await createImageBitmap(new ImageData(pixels, width, height));
    context.drawImage(bitmap, at * (width + 1) * scale, 0, width * scale, height * scale);
    bitmap.close();
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
  if (blob === null) throw new Error('the browser could not encode a PNG.');
  saveFile(name, blob);
}
