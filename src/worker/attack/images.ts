import { rowOf } from '../../attack/batch.ts';
import { evaluationNpz } from '../../attack/inputs/evaluation-npz.ts';
import type { AttackJobs, AttackImagePixels } from '../../model/attack/jobs.ts';
import { evaluations, fallenImages, imagesOf, setOf } from './open-evaluation.ts';

/** Clean and adversarial images of an evaluation, by their places in its record. */
export async function imagePixels({
  id,
  rows,
}: AttackJobs['attack-images']['input']): Promise<AttackImagePixels> {
  const { record } = await evaluations.get(id);
  const { set, shape } = await setOf(record);
  const kept = await fallenImages(record, rows);
  const size = shape[0] * shape[1] * shape[2];
  const clean = new Float32Array(rows.length * size);
  rows.forEach((row, n) => clean.set(rowOf(set.images, row, size), n * size));
  const adversarial = clean.slice();
  rows.forEach((row, n) => {
    const image = kept.get(row);
    if (image !== undefined) adversarial.set(image, n * size);
  });
  return { shape, clean, adversarial };
}

/** The images of an evaluation as a file. */
export async function files({
  id,
}: AttackJobs['evaluation-files']['input']): Promise<AttackJobs['evaluation-files']['result']> {
  const { record } = await evaluations.get(id);
  const images = await setOf(record);
  const adversarial = await imagesOf(record, images.set);
  // Hundreds of megabytes may go to the page: of a blob only a handle goes.
  return { npz: new Blob([evaluationNpz(images, adversarial)]) };
}
