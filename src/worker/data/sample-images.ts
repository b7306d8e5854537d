import { imageSize, subset, type ImageSet } from '../../data/dataset.ts';
import { makeShapes } from '../../data/shapes.ts';
import type { ImageSample } from '../../model/data/jobs.ts';
import type { Experiment } from '../../model/train/experiment.ts';

/** Places of the first image of each of the first `count` classes. */
function firstOfEach({ labels, classes }: ImageSet, count: number): number[] {
  const wanted = Math.min(count, classes.length);
  const places = new Map<number, number>();
  for (let at = 0; at < labels.length && places.size < wanted; at++) {
    const label = labels[at]!;
    if (label < wanted && !places.has(label)) places.set(label, at);
  }
  return [...places].sort(([a], [b]) => a - b).map(([, at]) => at);
}

/**
 * An image of each class, in the order of the classes, at most `count`: generated as the experiment says, or
 * the first ones of a set.
 *
 * @param found the set that the document names; null for generated images
 */
export function sampleImages(
  { seed }: Experiment['data'],
  found: ImageSet | null,
  count: number,
): ImageSample {
  const set = found ?? makeShapes({ seed, count: 10 });
  const { images, labels, classes, height, width, channels } = subset(set, firstOfEach(set, count));
  const names = [...labels].map((label) => classes[label]!);
  return {
    images: images.slice(0, names.length * imageSize(set)),
    labels: names,
    height,
    width,
    channels,
  };
}
