import { readFileSync } from 'node:fs';
import { parseNetDescription } from '../../files/net-description.ts';
import type { NetDescription } from '../../files/net-description-types.ts';
import { readWeights } from '../../files/read-weights.ts';
import type { WeightFile } from '../../files/tensors.ts';
import { sharedJson, sharedPath } from '../../math/testing/fixtures.ts';
import { paramsFromWeights, type Params } from '../../nn/params.ts';

/** Three nets for MNIST that PyTorch trained. */
export const REFERENCE_NETS = ['mnist-plain', 'mnist-bn', 'mnist-at'] as const;
export type ReferenceNet = (typeof REFERENCE_NETS)[number];

/** PyTorch's figures for the first 32 images, in float64. */
export interface NetGoldens {
  labels: number[];
  logits_f64: number[][];
  ce_f64: number[];
  dlr_f64: number[];
  dlr_targeted_2nd_class: { target: number[]; loss: number[] };
  ce_input_grad: { l1: number[]; l2: number[]; sum: number[] };
}

export function netGoldens(name: ReferenceNet): NetGoldens {
  return sharedJson(`fixtures/nets/${name}/goldens.json`) as NetGoldens;
}

/** A reference net as its files have it. */
export async function readReferenceNet(
  name: ReferenceNet,
): Promise<{ net: NetDescription; weights: WeightFile }> {
  const path = (file: string): string => sharedPath(`fixtures/nets/${name}/${file}`);
  const net = parseNetDescription(readFileSync(path('arch.json'), 'utf8'));
  const weights = await readWeights([
    { name: 'weights.safetensors', bytes: readFileSync(path('weights.safetensors')) },
  ]);
  return { net, weights };
}

/** A reference net on the backend in use. */
export async function openReferenceNet(
  name: ReferenceNet,
): Promise<{ net: NetDescription; params: Params }> {
  const { net, weights } = await readReferenceNet(name);
  return { net, params: paramsFromWeights(net, weights) };
}

/** MNIST's test images from .. to, in [0, 1], and their labels. */
export function mnistTest(from: number, to: number): { images: Float32Array; labels: Uint32Array } {
  const bytes = readFileSync(sharedPath('fixtures/data/mnist_test_0_499.safetensors'));
  const headerBytes = Number(bytes.readBigUInt64LE(0));
  const body = bytes.subarray(8 + headerBytes);
  const pixels = 28 * 28;
  return {
    images: Float32Array.from(body.subarray(from * pixels, to * pixels), (byte) => byte / 255),
    labels: Uint32Array.from(body.subarray(500 * pixels + from, 500 * pixels + to)),
  };
}
