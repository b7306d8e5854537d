import { parseNetDescription } from '../../files/net-description.ts';
import type { NetDescription } from '../../files/net-description-types.ts';
import { readWeights } from '../../files/read-weights.ts';
import type { WeightFile } from '../../files/tensors.ts';
import { fixtureBytes, fixtureJson, fixtureText, mnistBytes } from '../../math/testing/fixtures.ts';
import { paramsFromWeights, type Params } from '../params.ts';

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
  return fixtureJson(`nets/${name}/goldens.json`) as NetGoldens;
}

/** The description and weights of a reference net. */
export async function readReferenceNet(
  name: ReferenceNet,
): Promise<{ net: NetDescription; weights: WeightFile }> {
  const file = 'weights.safetensors';
  return {
    net: parseNetDescription(fixtureText(`nets/${name}/arch.json`)),
    weights: await readWeights([{ name: file, bytes: fixtureBytes(`nets/${name}/${file}`) }]),
  };
}

/** A reference net on the backend in use. */
export async function openReferenceNet(
  name: ReferenceNet,
): Promise<{ net: NetDescription; params: Params }> {
  const { net, weights } = await readReferenceNet(name);
  return { net, params: paramsFromWeights(net, weights) };
}

/** MNIST's test images `from` to `to` - 1, in [0, 1], NHWC, and their labels; the first 500 are there. */
export function mnistTest(from: number, to: number): { images: Float32Array; labels: Uint32Array } {
  const { images, labels } = mnistBytes();
  const pixels = 28 * 28;
  return {
    images: Float32Array.from(images.subarray(from * pixels, to * pixels), (byte) => byte / 255),
    labels: Uint32Array.from(labels.subarray(from, to)),
  };
}
