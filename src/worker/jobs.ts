import { exactNorms } from '../math/exact-norms.ts';
import { compareL2 } from '../math/l2/compare.ts';
import type { L2Progress } from '../math/l2/types.ts';
import { assumption1, paperFormulas } from '../math/lemma1.ts';
import { largestMagnitude } from '../math/weight-keys.ts';
import type { JobKind, Jobs, LayerReport } from '../spec/jobs.ts';
import type { LayerSpec } from '../spec/layer.ts';
import { operatorOf } from '../spec/operator.ts';
import { DATA_JOBS } from './data-jobs.ts';
import { NET_JOBS } from './net-jobs.ts';
import type { Job } from './run-job.ts';

/** Every job by name: a kind without an entry does not compile. */
export type JobTable = {
  readonly [K in JobKind]: (input: Jobs[K]['input']) => Job<Jobs[K]['event'], Jobs[K]['result']>;
};

// eslint-disable-next-line require-yield -- a job that has nothing to tell on the way
function* layerJob(spec: LayerSpec): Generator<never, LayerReport> {
  const operator = operatorOf(spec);
  const start = performance.now();
  const norms = exactNorms(operator);
  return {
    operator,
    norms,
    milliseconds: performance.now() - start,
    largest: largestMagnitude(operator.kernel),
    assumption: assumption1(operator.geometry),
    formulas: {
      expanded: paperFormulas(operator, 'expanded'),
      literal: paperFormulas(operator, 'literal'),
    },
  };
}

/** Lanczos starts from a vector of this seed; the certificate does not depend on it. */
const L2_SEED = 1;

function* l2Job({ spec, effort }: Jobs['l2']['input']): Generator<L2Progress, L2Progress> {
  const now = (): number => performance.now();
  return yield* compareL2(operatorOf(spec), { seed: L2_SEED, effort, now });
}

export const JOBS: JobTable = { layer: layerJob, l2: l2Job, ...NET_JOBS, ...DATA_JOBS };
