import { makeShapes } from '../src/data/shapes.ts';
import { batchAt } from '../src/data/batches.ts';
import {
  DEFAULT_EXPERIMENT,
  defaultRegularizer,
  type Experiment,
} from '../src/model/train/experiment.ts';
import type { RegularizerKind } from '../src/model/train/regularizer.ts';
import { startBackend } from '../src/tensor/backends.ts';
import { batchGradients, type Images } from '../src/train/batch-gradients.ts';
import { optimizerStep } from '../src/train/optimizer.ts';
import { newRun, recordNorms, settingsOf, type Run } from '../src/train/run.ts';
import { report, short, summarize, type Row } from './bench.lib.ts';

/** VGG-11 at width 1/2 on images of CIFAR-10's size. */
const BATCH = 128;
const ROUNDS = 12;
const WARM_UP = 2;
const EXPERIMENT: Experiment = {
  ...DEFAULT_EXPERIMENT,
  net: { architecture: 'vgg-11', width: 0.5 },
  training: { ...DEFAULT_EXPERIMENT.training, batchSize: BATCH },
};
const DATA = {
  train: makeShapes({ seed: 1, count: BATCH }),
  test: makeShapes({ seed: 1, count: 10, part: 'test' }),
};
const KINDS: readonly RegularizerKind[] = [
  'none',
  'weight-decay',
  'norm-decay-l1',
  'norm-decay-linf',
];

/** Times of one whole step, and of its part on plain arrays. */
interface StepTime {
  readonly whole: number;
  readonly update: number;
}

function update(run: Run, gradients: readonly Float32Array[]): number {
  const { learningRate, regularizer } = settingsOf(run);
  const start = performance.now();
  const step = {
    gradients,
    learningRate: learningRate / 100,
    momentum: 0.9,
    regularizer,
    batch: 0,
  };
  for (const work = optimizerStep(run.optimizer, step); work.next().done !== true;);
  return performance.now() - start;
}

async function step(run: Run, images: Images): Promise<StepTime> {
  const start = performance.now();
  const { gradients, updateRunning } = await batchGradients(run.net, images);
  const time = update(run, gradients);
  updateRunning();
  return { whole: performance.now() - start, update: time };
}

function norms(run: Run): number {
  const start = performance.now();
  recordNorms(run);
  return performance.now() - start;
}

await startBackend('wasm');
const runs = KINDS.map((kind) =>
  newRun({ ...EXPERIMENT, regularizer: defaultRegularizer(kind) }, DATA),
);
const plan = { seed: 1, epoch: 1, batch: 0, batchSize: BATCH, augment: false };
const images: Images = { ...batchAt(DATA.train, plan), shape: [32, 32, 3] };
const times = KINDS.map((): StepTime[] => []);
const normTimes: number[] = [];
for (let round = -WARM_UP; round < ROUNDS; round++) {
  for (const [at, run] of runs.entries()) {
    const time = await step(run, images);
    if (round >= 0) times[at]!.push(time);
  }
  const time = norms(runs[0]!);
  if (round >= 0) normTimes.push(time);
}

const median = (numbers: readonly number[]): number => summarize(numbers).median;
const plain = median(times[0]!.map(({ whole }) => whole));
const percent = (milliseconds: number): number => short((100 * milliseconds) / plain);
/** Steps of one round are neighbours in time: their difference is free of the machine's drift. */
const beyond = (at: number): number =>
  median(times[at]!.map(({ update: own }, round) => own - times[0]![round]!.update));
const rows = KINDS.map((kind, at): Row => {
  const own = times[at]!;
  return {
    regularizer: kind,
    steps: own.length,
    'whole step, median ms': short(median(own.map(({ whole }) => whole))),
    'update, median ms': short(median(own.map((one) => one.update))),
    'beyond plain SGD, median ms': short(beyond(at)),
    '% of a plain step': percent(beyond(at)),
  };
});
const normRow: Row = {
  regularizer: 'all exact norms, each step',
  steps: normTimes.length,
  'beyond plain SGD, median ms': short(median(normTimes)),
  '% of a plain step': percent(median(normTimes)),
};
report(`what a regularizer adds to a step: VGG-11 at width 1/2, batch ${BATCH}, wasm`, [
  ...rows,
  normRow,
]);
