import { useEffect, useState } from 'react';
import type { AttackPlan } from '../../../model/attack/plan.ts';
import type { ImageSample } from '../../../model/data/jobs.ts';
import type { AttackSubject } from '../../../model/attack/evaluation.ts';
import { DEFAULT_EXPERIMENT } from '../../../model/train/experiment.ts';
import { startJob } from '../../../state/worker-client.ts';
import type { ImageShape } from '../image/pixels.ts';

/** Input of a net; null while it is requested. */
export type SubjectFacts =
  { readonly shape: ImageShape; readonly classes: number } | { readonly why: string } | null;

/** Requests a net's input shape from the worker. */
export function useSubjectFacts({ kind, id }: AttackSubject): SubjectFacts {
  const [known, setKnown] = useState<{ key: string; facts: SubjectFacts } | null>(null);
  const key = `${kind} ${id}`;
  useEffect(() => {
    let here = true;
    void startJob('attack-subject', { kind, id }).outcome.then((outcome) => {
      if (!here) return;
      setKnown({ key, facts: outcome.ok ? outcome.value : { why: outcome.failure.message } });
    });
    return () => {
      here = false;
    };
  }, [key, kind, id]);
  return known?.key === key ? known.facts : null;
}

/** Classes of a set at most. */
const MOST_CLASSES = 1000;

/**
 * One image of each class of the plan's set; null until they are loaded, and when the set is
 * missing or incompatible with the net.
 */
export function useSample(
  { source, own, seed }: AttackPlan['images'],
  facts: { readonly shape: ImageShape; readonly classes: number },
): ImageSample | null {
  const [sample, setSample] = useState<ImageSample | null>(null);
  useEffect(() => {
    let here = true;
    const data = { ...DEFAULT_EXPERIMENT.data, source, own, seed };
    const { outcome } = startJob('data-sample', { data, count: MOST_CLASSES });
    void outcome.then((found) => here && setSample(found.ok ? found.value : null));
    return () => {
      here = false;
    };
  }, [source, own, seed]);
  if (sample === null) return null;
  const { height, width, channels, labels } = sample;
  const fits = facts.shape.join() === [height, width, channels].join();
  return fits && labels.length <= facts.classes ? sample : null;
}

/** Image `at` of a sample, in [0, 1]. */
export function sampleImage(sample: ImageSample, at: number): Float32Array {
  const size = sample.height * sample.width * sample.channels;
  return Float32Array.from(
    sample.images.subarray(at * size, (at + 1) * size),
    (byte) => byte / 255,
  );
}
