import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '../../files/safetensors-write.ts';
import { philox } from '../../math/random.ts';

/** Number of values of an image. */
export const PIXELS = 4;

/** Weights [classes][4] and biases of a net of one dense layer; pixels lie within 0.3 … 0.7. */
export interface LinearNet {
  readonly weights: readonly (readonly number[])[];
}

export function linearNet(classes: number): LinearNet {
  const rows = Array.from({ length: classes }, (_, c) =>
    Array.from({ length: PIXELS }, (_one, i) => Math.sin(1 + 2 * c + 3 * i)),
  );
  // Rows that sum to 0: grey favours no class, so that every class has images.
  const mean = (row: readonly number[]): number => row.reduce((sum, one) => sum + one, 0) / PIXELS;
  return { weights: rows.map((row) => row.map((one) => Math.fround(one - mean(row)))) };
}

/** Writes a net as NAME.json and NAME.safetensors into a folder. */
export async function writeLinearNet(
  folder: string,
  name: string,
  { weights }: LinearNet,
): Promise<void> {
  const classes = weights.length;
  const dense = { type: 'dense', name: 'fc', in_features: PIXELS, out_features: classes };
  const description = {
    name,
    input: { shape: [1, 2, 2], layout: 'NCHW', range: [0, 1], preprocessing: null },
    layers: [
      { type: 'flatten', order: 'CHW' },
      { ...dense, weight: 'fc.weight', bias: null },
    ],
  };
  await writeFile(join(folder, `${name}.json`), JSON.stringify(description));
  const data = Float32Array.from(weights.flat());
  const tensor = { name: 'fc.weight', shape: [classes, PIXELS], data };
  await writeFile(join(folder, `${name}.safetensors`), writeSafetensors([tensor]));
}

/** Four bytes of image n. */
export function bytesOf(n: number): number[] {
  return philox([n, 0, 0, 0], [7, 7]).map((word) => Math.round(77 + (word / 2 ** 32) * 100));
}

export const logitsOf = ({ weights }: LinearNet, n: number): number[] =>
  weights.map((row) => row.reduce((sum, w, i) => sum + (w * bytesOf(n)[i]!) / 255, 0));

export const labelOf = (net: LinearNet, n: number): number => {
  const logits = logitsOf(net, n);
  return logits.indexOf(Math.max(...logits));
};

/** A safetensors file of images, written from the format's definition. */
export async function writeImages(
  file: string,
  { labels, shape, images }: { labels: number[]; shape?: number[]; images?: number[] },
): Promise<void> {
  const pixels = images ?? labels.flatMap((_, n) => bytesOf(n));
  const end = pixels.length + labels.length;
  const header = JSON.stringify({
    images_u8: {
      dtype: 'U8',
      shape: shape ?? [labels.length, 2, 2],
      data_offsets: [0, pixels.length],
    },
    labels: { dtype: 'U8', shape: [labels.length], data_offsets: [pixels.length, end] },
  });
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
  const size = new Uint8Array(new BigUint64Array([BigInt(padded.length)]).buffer);
  await writeFile(
    file,
    Buffer.concat([size, Buffer.from(padded), Uint8Array.from([...pixels, ...labels])]),
  );
}
