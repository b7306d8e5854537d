import { exactNorms } from '../math/exact-norms.ts';
import { compareL2 } from '../math/l2/compare.ts';
import type { L2Progress } from '../math/l2/types.ts';
import { assumption1, paperFormulas } from '../math/lemma1.ts';
import { largestMagnitude } from '../math/weight-keys.ts';
import type { JobKind, Jobs, LayerReport } from '../model/jobs.ts';
import type { LayerSpec } from '../model/layer/layer.ts';
import { operatorOf } from '../model/layer/operator.ts';
import { DATA_JOBS } from './data/jobs.ts';
import { NET_JOBS } from './net/jobs.ts';
import type { AttackJobs } from '../model/attack/jobs.ts';
import type { RunJobs } from '../model/train/run.ts';
import type { StepEvent } from '../kit/steps/events.ts';
import type { Job } from './run-job.ts';

/** Every job by name: a kind without an entry does not compile. */
export type JobTable = {
  readonly [K in JobKind]: (input: Jobs[K]['input']) => Job<Jobs[K]['event'], Jobs[K]['result']>;
};

// oxlint-disable-next-line require-yield -- a job that has nothing to tell on the way
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

type AnyJob = (input: never) => Job<unknown, unknown>;

/** Jobs of a table that is loaded with the first of them: those on runs and evaluations bring tfjs. */
function lazy<Kinds extends JobKind>(
  load: () => Promise<Readonly<Record<Kinds, AnyJob>>>,
): <K extends Kinds>(kind: K) => JobTable[K] {
  return <K extends Kinds>(kind: K) => {
    const start = async function* (
      input: never,
    ): AsyncGenerator<StepEvent<unknown>, unknown, undefined> {
      const table = await load();
      return yield* table[kind](input);
    };
    return start as unknown as JobTable[K];
  };
}

const runJob = lazy<keyof RunJobs>(async () => (await import('./train/jobs.ts')).RUN_JOBS);
const attackJob = lazy<keyof AttackJobs>(
  async () => (await import('./attack/jobs.ts')).ATTACK_JOBS,
);

const RUN_JOBS: Pick<JobTable, keyof RunJobs> = {
  backend: runJob('backend'),
  runs: runJob('runs'),
  'run-create': runJob('run-create'),
  train: runJob('train'),
  'run-edit': runJob('run-edit'),
  'run-labels': runJob('run-labels'),
  'run-history': runJob('run-history'),
  'run-rewind': runJob('run-rewind'),
  'run-delete': runJob('run-delete'),
  'run-purge': runJob('run-purge'),
  'run-open': runJob('run-open'),
  'run-kernel': runJob('run-kernel'),
  'run-files': runJob('run-files'),
};

const ATTACK_JOBS: Pick<JobTable, keyof AttackJobs> = {
  evaluations: attackJob('evaluations'),
  'evaluation-create': attackJob('evaluation-create'),
  attack: attackJob('attack'),
  'evaluation-delete': attackJob('evaluation-delete'),
  'evaluation-purge': attackJob('evaluation-purge'),
  'attack-images': attackJob('attack-images'),
  'attack-trajectory': attackJob('attack-trajectory'),
  'attack-curve': attackJob('attack-curve'),
  trust: attackJob('trust'),
  'attack-image': attackJob('attack-image'),
  'attack-subject': attackJob('attack-subject'),
  'evaluation-files': attackJob('evaluation-files'),
};

export const JOBS: JobTable = {
  layer: layerJob,
  l2: l2Job,
  ...NET_JOBS,
  ...DATA_JOBS,
  ...RUN_JOBS,
  ...ATTACK_JOBS,
};
