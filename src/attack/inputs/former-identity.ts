import type { ImageSet } from '../../data/dataset.ts';
import { serializeNetDescription } from '../../files/net-description.ts';
import type { NetDescription } from '../../files/net-description-types.ts';
import type { InputFile, NamedTensor } from '../../files/tensors.ts';
import { sha256 } from '../../math/sha256.ts';
import type { AttackPlan } from '../../model/attack/plan.ts';

/*
 * Identities as the lab computed them before netIdentity and imagesIdentity: page and command line
 * each had their own. Stored evaluations carry them; they are only recomputed to check whether such an
 * evaluation is of the given net and images, and never written.
 */

function digest(...parts: readonly (string | Uint8Array)[]): string {
  const hash = sha256();
  for (const part of parts)
    hash.update(typeof part === 'string' ? new TextEncoder().encode(part) : part);
  return hash.hex();
}

function bytesOf(numbers: Int32Array | Float32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** The page's identity of a net: description, names and floats, in the order of the file. */
export function formerPageNet(
  { layers, input }: NetDescription,
  tensors: readonly NamedTensor[],
): string {
  const parts = tensors.flatMap(({ name, data }) => [name, bytesOf(Float32Array.from(data))]);
  return digest(JSON.stringify({ layers, input }), ...parts);
}

/** The command line's identity of a net: the description's text, and the bytes of the weight files. */
export function formerFileNet(
  description: NetDescription,
  files: readonly InputFile[],
): { readonly id: string; readonly hash: string } {
  return {
    id: digest(serializeNetDescription(description)),
    hash: digest(...files.map(({ bytes }) => bytes)),
  };
}

/** What page and command line called a set of images of an evaluation. */
export function formerImages(
  { images, labels, height, width, channels }: ImageSet,
  { source, seed, part }: AttackPlan['images'],
): readonly string[] {
  const page = digest(images, Uint8Array.from(labels));
  const sizes = `${labels.length} ${height} ${width} ${channels};`;
  const file =
    source === 'shapes'
      ? `shapes, seed ${seed}, ${part} images`
      : `sha256 ${digest(sizes, images, bytesOf(Int32Array.from(labels)))}`;
  return [`sha256 ${page}`, file];
}
