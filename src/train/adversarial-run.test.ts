import { beforeAll, describe, expect, it } from 'vitest';
import { writeSafetensors } from '../files/safetensors-write.ts';
import { ADVERSARIAL_FIELDS, type AdversarialKind } from '../model/train/adversarial.ts';
import { defaultAdversarial, EXPERIMENT, type Experiment } from '../model/train/experiment.ts';
import { TRAINING_FIELDS, type LossKind } from '../model/train/experiment-fields.ts';
import { startBackend } from '../tensor/backends.ts';
import { memory } from '../tensor/engine.ts';
import { readCheckpoint, restoreRun, writeCheckpoint } from './checkpoint.ts';
import { trainRun } from './loop.ts';
import { newRun, type Run } from './run.ts';
import {
  allNumbers,
  shapesOf,
  stillClock,
  TINY_EXPERIMENT,
  trainAll,
} from './testing/small-run.ts';

const KINDS = (Object.keys(ADVERSARIAL_FIELDS) as AdversarialKind[]).filter(
  (kind) => kind !== 'none',
);

const TINY_NET = EXPERIMENT.check({
  format: EXPERIMENT.format,
  version: EXPERIMENT.version,
  net: {
    rows: [
      { type: 'conv2d', channels: 3, kernel: [3, 3], stride: [4, 4], bias: false },
      ...['batchnorm2d', 'relu', 'globalavgpool2d', 'flatten'].map((type) => ({ type })),
      { type: 'dense', features: 10 },
    ],
  },
}).net;

/** Two steps an epoch, a net of some hundred weights with BatchNorm, two steps of attack. */
function tiny(kind: AdversarialKind): Experiment {
  const { data, training, record } = TINY_EXPERIMENT;
  return {
    ...TINY_EXPERIMENT,
    data: { ...data, train: 12, test: 10 },
    net: TINY_NET,
    training: { ...training, epochs: 3, batchSize: 8 },
    adversarial: { ...defaultAdversarial(kind), ...(kind === 'none' ? {} : { steps: 2 }) },
    record: { ...record, robustImages: 6, robustSteps: 2 },
  };
}

const DATA = shapesOf(tiny('none'));

async function reborn(run: Run): Promise<Run> {
  const bytes = writeCheckpoint(run, 'shapes');
  return restoreRun(await readCheckpoint(bytes, 'checkpoint'), DATA, 'shapes');
}

const epochsOf = (run: Run): unknown[] =>
  run.history
    .from({ steps: 0, norms: 0, epochs: 0 })
    .epochs.rows.map(({ testCorrect, testLoss, trainLoss, robust }) => {
      return { testCorrect, testLoss, trainLoss, robust };
    });

describe.each(['wasm', 'cpu'] as const)('an adversarial run on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it.each(KINDS)(
    'T22 gives the same weights and robust accuracies when it is stopped anywhere: %s',
    async (kind) => {
      const whole = newRun(tiny(kind), DATA);
      const { events } = await trainAll(whole, DATA);
      expect(events.filter(({ phase }) => phase === 'attacking').length).toBeGreaterThan(6);
      // Every place where it can be stopped: in an attack, between steps, in a test, in its attack.
      const moments = backend === 'cpu' ? [3, 9] : [2, 4, 7, 10, 20];
      for (const moment of moments) {
        const first = newRun(tiny(kind), DATA);
        const save = (): Promise<void> => Promise.resolve();
        const job = trainRun(first, { data: DATA, steps: null, now: stillClock, save });
        for (let left = moment; left > 0; left--) await job.next();
        await job.return({ kind: 'paused' });
        expect(memory().numTensors).toBe(0);
        const second = await reborn(first);
        await trainAll(second, DATA);
        expect(allNumbers(second)).toEqual(allNumbers(whole));
        expect(epochsOf(second)).toEqual(epochsOf(whole));
      }
    },
  );
});

describe('an adversarial run', () => {
  beforeAll(() => startBackend('wasm'));

  it('T23 a stop during the attack takes no step', async () => {
    const run = newRun(tiny('pgd-at'), DATA);
    const saves: number[] = [];
    const save = (now: Run): Promise<void> => {
      saves.push(now.step);
      return Promise.resolve();
    };
    const job = trainRun(run, { data: DATA, steps: null, now: stillClock, save });
    // The run is ready; then the first step of the attack on its first batch is done.
    for (let left = 2; left > 0; left--) await job.next();
    await job.return({ kind: 'paused' });
    expect([run.step, saves]).toEqual([0, [0]]);
  });

  it('T26 leaves no tensor between two steps', async () => {
    const { events } = await trainAll(newRun(tiny('trades'), DATA), DATA);
    const between = events.filter(({ phase }) => phase === 'training');
    expect(new Set(between.map(({ tensors }) => tensors))).toEqual(new Set([0]));
  });

  it('T37 notes robust accuracy after the epochs that the document asks for, and the last', async () => {
    const counts = async (change: Partial<Experiment['record']>, kind: AdversarialKind) => {
      const experiment = tiny(kind);
      const record = { ...experiment.record, ...change };
      const run = newRun({ ...experiment, record }, DATA);
      await trainAll(run, DATA);
      return run.history
        .from({ steps: 0, norms: 0, epochs: 0 })
        .epochs.rows.map(({ robust }) => robust?.count ?? null);
    };
    expect(await counts({}, 'pgd-at')).toEqual([6, 6, 6]);
    expect(await counts({}, 'none')).toEqual([null, null, null]);
    expect(await counts({ robust: 'never' }, 'pgd-at')).toEqual([null, null, null]);
    expect(await counts({ robust: 'always', robustEvery: 2, robustImages: 99 }, 'none')).toEqual([
      null,
      10,
      10,
    ]);
  });

  it('T27 a checkpoint of an older lab, without the new fields, continues', async () => {
    const run = newRun(tiny('none'), DATA);
    await trainAll(run, DATA, { steps: 2 });
    const checkpoint = await readCheckpoint(writeCheckpoint(run, 'shapes'), 'c');
    const words = JSON.parse(checkpoint.file.metadata['norm_lab']!) as {
      experiment: { adversarial?: object; training: { loss?: string; labelSmoothing?: number } };
      epochs: { robust?: object }[];
    };
    const { experiment } = words;
    delete experiment.adversarial;
    delete experiment.training.loss;
    delete experiment.training.labelSmoothing;
    Object.assign(experiment, { record: { normsEvery: 1 } });
    for (const epoch of words.epochs) delete epoch.robust;
    const { file } = checkpoint;
    const bytes = writeSafetensors(file.tensors, { norm_lab: JSON.stringify(words) });
    const old = restoreRun(await readCheckpoint(bytes, 'c'), DATA, 'shapes');
    expect(old.history.lastEpoch).toMatchObject({ epoch: 1, robust: null });
    await trainAll(old, DATA);
    await trainAll(run, DATA);
    expect(allNumbers(old)).toEqual(allNumbers(run));
  });

  it.each(Object.keys(TRAINING_FIELDS.loss.choices) as LossKind[])(
    'T38 lowers the loss that it is told to: %s',
    async (loss) => {
      const experiment = {
        ...TINY_EXPERIMENT,
        training: { ...TINY_EXPERIMENT.training, loss },
      };
      const data = shapesOf(experiment);
      const run = newRun(experiment, data);
      await trainAll(run, data);
      const { rows } = run.history.from({ steps: 0, norms: 0, epochs: 0 }).epochs;
      expect(rows.at(-1)!.trainLoss).toBeLessThan(rows[0]!.trainLoss);
    },
  );
});
