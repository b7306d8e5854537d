import { writeNpz } from '../../files/npz-write.ts';
import type { AttackImages } from './images.ts';

/**
 * The images of an evaluation as an npz archive: `clean` and `adversarial` (float32 [n, H, W, C]),
 * `labels` and `index` (int32 [n]).
 *
 * @param adversarial [n, H, W, C]; the clean image where none was found.
 */
export function evaluationNpz(
  { set, shape }: Pick<AttackImages, 'set' | 'shape'>,
  adversarial: Float32Array,
): Uint8Array<ArrayBuffer> {
  const n = set.indices.length;
  return writeNpz([
    { name: 'clean', shape: [n, ...shape], data: set.images },
    { name: 'adversarial', shape: [n, ...shape], data: adversarial },
    { name: 'labels', shape: [n], data: Int32Array.from(set.labels) },
    { name: 'index', shape: [n], data: Int32Array.from(set.indices) },
  ]) as Uint8Array<ArrayBuffer>;
}
