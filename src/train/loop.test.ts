import { beforeAll, describe, expect, it } from 'vitest';
import { defaultRegularizer, type Experiment } from '../model/train/experiment.ts';
import { REGULARIZER_FIELDS, type RegularizerKind } from '../model/train/regularizer.ts';
import { startBackend } from '../tensor/backends.ts';
import { memory } from '../tensor/engine.ts';
import { philox } from '../math/random.ts';
import { readCheckpoint, restoreRun, writeCheckpoint } from './checkpoint.ts';
import { trainRun } from './loop.ts';
import { editRun, newRun, takeEditBack, type Run } from './run.ts';
import {
  allNumbers,
  shapesOf,
  stillClock,
  TINY_EXPERIMENT,
  trainAll,
} from './testing/small-run.ts';

const KINDS = Object.keys(REGULARIZER_FIELDS) as RegularizerKind[];
const DATA = shapesOf(TINY_EXPERIMENT);
const DATA_NAME = 'shapes';

function withRegularizer(kind: RegularizerKind): Experiment {
  return { ...TINY_EXPERIMENT, regularizer: defaultRegularizer(kind) };
}

/** A run as another process finds it: through the bytes of a checkpoint. */
async function reborn(bytes: Uint8Array): Promise<Run> {
  return restoreRun(await readCheckpoint(bytes, 'checkpoint'), DATA, DATA_NAME);
}

describe('a training run', () => {
  beforeAll(() => startBackend('wasm'));

  it('T20 sees every epoch, tests after each, and records norms at every step', async () => {
    const run = newRun(TINY_EXPERIMENT, DATA);
    const { end } = await trainAll(run, DATA);
    const { steps, norms, epochs } = run.history.from({ steps: 0, norms: 0, epochs: 0 });
    expect(end).toEqual({ kind: 'finished' });
    expect([...steps.count]).toEqual(Array.from({ length: 12 }, (_, k) => (k % 3 === 2 ? 8 : 16)));
    expect([...norms.step]).toEqual(Array.from({ length: 13 }, (_, k) => k));
    expect(norms.l1.length).toBe(13 * run.net.layers.length);
    expect(
      epochs.rows.map(({ epoch, step, trainCount, testCount }) => [
        epoch,
        step,
        trainCount,
        testCount,
      ]),
    ).toEqual([1, 2, 3, 4].map((epoch) => [epoch, 3 * epoch, 40, 30]));
  });

  it('T21 lowers the loss', async () => {
    const run = newRun(TINY_EXPERIMENT, DATA);
    await trainAll(run, DATA);
    const [first, , , last] = run.history.from({ steps: 0, norms: 0, epochs: 0 }).epochs.rows;
    expect(last!.trainLoss).toBeLessThan(first!.trainLoss);
  });

  it('T22 gives the same weights bit by bit when it is killed at 20 moments and resumed', async () => {
    const experiment = withRegularizer('norm-decay-linf');
    const whole = newRun(experiment, DATA);
    await trainAll(whole, DATA);
    for (let kill = 0; kill < 20; kill++) {
      let saved: Uint8Array = new Uint8Array();
      let clock = 0;
      const run = newRun(experiment, DATA);
      const job = trainRun(run, {
        data: DATA,
        steps: null,
        // Every few looks at the clock a checkpoint is due.
        now: () => (clock += 1500),
        save: (now) => {
          saved = writeCheckpoint(now, DATA_NAME);
          return Promise.resolve();
        },
      });
      const [word] = philox([kill, 0, 0, 0], [7, 7]);
      // The killed job is left where it stands, as by a closed tab.
      for (let left = 1 + (word % 20); left > 0; left--) await job.next();
      const resumed = await reborn(saved);
      await trainAll(resumed, DATA);
      expect(allNumbers(resumed)).toEqual(allNumbers(whole));
      expect(resumed.history.from({ steps: 0, norms: 0, epochs: 0 }).norms).toEqual(
        whole.history.from({ steps: 0, norms: 0, epochs: 0 }).norms,
      );
    }
  });

  it.each(KINDS)('T22 gives the same weights when it is paused after 5 steps: %s', async (kind) => {
    const experiment = withRegularizer(kind);
    const whole = newRun(experiment, DATA);
    await trainAll(whole, DATA);
    const first = newRun(experiment, DATA);
    expect((await trainAll(first, DATA, { steps: 5 })).end).toEqual({ kind: 'paused' });
    expect(first.step).toBe(5);
    const second = await reborn(writeCheckpoint(first, DATA_NAME));
    await trainAll(second, DATA);
    expect(allNumbers(second)).toEqual(allNumbers(whole));
  });

  it('T23 finishes the step under way and saves when it is stopped', async () => {
    const run = newRun(withRegularizer('svc'), DATA);
    const saves: number[] = [];
    const save = (now: Run): Promise<void> => {
      saves.push(now.step);
      return Promise.resolve();
    };
    const job = trainRun(run, { data: DATA, steps: null, now: stillClock, save });
    while (run.step < 2) await job.next();
    await job.return({ kind: 'paused' });
    expect(saves.at(-1)).toBe(run.step);
    const resumed = await reborn(writeCheckpoint(run, DATA_NAME));
    await trainAll(resumed, DATA);
    const whole = newRun(withRegularizer('svc'), DATA);
    await trainAll(whole, DATA);
    expect(allNumbers(resumed)).toEqual(allNumbers(whole));
  });

  it('T24 stops at a loss that is not finite, names step and reason, and saves nothing of it', async () => {
    const { training } = TINY_EXPERIMENT;
    const run = newRun({ ...TINY_EXPERIMENT, training: { ...training, learningRate: 100 } }, DATA);
    const saves: number[] = [];
    const save = (now: Run): Promise<void> => {
      saves.push(now.step);
      return Promise.resolve();
    };
    editRun(run, { field: 'learningRate', value: 1e30 });
    const { end } = await trainAll(run, DATA, { save });
    expect(end).toMatchObject({ kind: 'not-finite', step: run.step + 1 });
    expect('message' in end && end.message).toMatch(
      /loss of step \d+ \(cross-entropy\) is not finite.*learning rate/,
    );
    expect(Math.max(...saves)).toBeLessThan(run.step + 1);
  });

  it('T24 stops at weights that are not finite although the loss still is, and keeps no such checkpoint', async () => {
    const run = newRun(TINY_EXPERIMENT, DATA);
    const saves: number[] = [];
    const save = (now: Run): Promise<void> => {
      saves.push(now.step);
      return Promise.resolve();
    };
    await trainAll(run, DATA, { steps: 3, save });
    const kernel = run.net.trainable.find(({ name }) => name === 'conv2.weight')!;
    // ReLU makes 0 of what is not a number: the loss stays finite.
    kernel.values[0] = NaN;
    const { end } = await trainAll(run, DATA, { save });
    expect(end).toMatchObject({ kind: 'not-finite' });
    expect('message' in end && end.message).toMatch(/not finite/);
    expect(Math.max(...saves)).toBe(3);
  });

  it('T25 takes an edit from the next step on and keeps it in the document', async () => {
    const run = newRun(withRegularizer('norm-decay-l1'), DATA);
    await trainAll(run, DATA, { steps: 2 });
    editRun(run, { field: 'learningRate', value: 0.001 });
    editRun(run, { field: 'beta', value: 0.5 });
    await trainAll(run, DATA, { steps: 2 });
    const { learningRate } = run.history.from({ steps: 0, norms: 0, epochs: 0 }).steps;
    expect([...learningRate]).toEqual([0.05, 0.05, 0.001, 0.001]);
    expect(run.experiment.edits).toEqual([
      { step: 3, field: 'learningRate', value: 0.001 },
      { step: 3, field: 'beta', value: 0.5 },
    ]);
    expect(() => editRun(run, { field: 'lambda', value: 1 })).toThrow(/no such number/);
    const replayed = newRun(run.experiment, DATA);
    await trainAll(replayed, DATA, { steps: 4 });
    expect(allNumbers(replayed)).toEqual(allNumbers(run));
  });

  it('T25 puts an edit before those planned for later steps, and a checkpoint of it is read again', async () => {
    const planned = [{ step: 4, field: 'learningRate', value: 0.001 }] as const;
    const run = newRun({ ...TINY_EXPERIMENT, edits: planned }, DATA);
    await trainAll(run, DATA, { steps: 1 });
    editRun(run, { field: 'learningRate', value: 0.5 });
    await trainAll(run, DATA, { steps: 3 });
    const { learningRate } = run.history.from({ steps: 0, norms: 0, epochs: 0 }).steps;
    expect(Array.from(learningRate, (one) => Number(one.toPrecision(6)))).toEqual([
      0.05, 0.5, 0.5, 0.001,
    ]);
    const kept = await readCheckpoint(writeCheckpoint(run, DATA_NAME), 'checkpoint');
    expect(kept.experiment.edits).toEqual([
      { step: 2, field: 'learningRate', value: 0.5 },
      ...planned,
    ]);
  });

  it('T25 takes an edit back with what it replaced, unless a step has read it', async () => {
    const run = newRun(TINY_EXPERIMENT, DATA);
    const edit = (value: number): (() => boolean) => {
      const before = run.experiment;
      const edited = editRun(run, { field: 'learningRate', value });
      return () => takeEditBack(run, before, edited);
    };
    const [first, second] = [edit(0.5), edit(0.25)];
    const kept = [{ step: 1, field: 'learningRate', value: 0.25 }];
    // The second has taken its place.
    expect(first()).toBe(true);
    expect(run.experiment.edits).toEqual(kept);
    expect(edit(0.125)()).toBe(true);
    expect(run.experiment.edits).toEqual(kept);
    await trainAll(run, DATA, { steps: 1 });
    expect(second()).toBe(false);
    expect(run.experiment.edits).toEqual(kept);
  });

  it('T25 notes an edit made while weights are clipped at the step that will read it', async () => {
    // The second batch is the first that is clipped.
    const run = newRun(withRegularizer('svc'), DATA);
    const steps = trainRun(run, {
      data: DATA,
      steps: 3,
      save: () => Promise.resolve(),
      now: stillClock,
    });
    let next = await steps.next();
    while (next.done !== true && !run.updating) next = await steps.next();
    expect(run.updating).toBe(true);
    editRun(run, { field: 'learningRate', value: 0.001 });
    expect(run.experiment.edits).toMatchObject([{ step: 3 }]);
    while (next.done !== true) next = await steps.next();
    const { learningRate } = run.history.from({ steps: 0, norms: 0, epochs: 0 }).steps;
    expect(Array.from(learningRate, (one) => Number(one.toPrecision(6)))).toEqual([
      0.05, 0.05, 0.001,
    ]);
  });

  it('T26 keeps tensors and bytes flat from step to step, with batches of two sizes', async () => {
    const { data, net, training } = TINY_EXPERIMENT;
    const experiment = {
      ...TINY_EXPERIMENT,
      data: { ...data, train: 11, test: 2 },
      net: { ...net, width: 0.0625 },
      training: { ...training, epochs: 40, batchSize: 4, learningRate: 1e-4 },
    };
    const images = shapesOf(experiment);
    const run = newRun(experiment, images);
    const before = memory();
    const { events } = await trainAll(run, images);
    expect(run.step).toBe(120);
    const steps = events.filter(({ phase }) => phase === 'training');
    const counts = steps.map(({ tensors, bytes }) => `${tensors} tensors, ${bytes} bytes`);
    expect(new Set(counts.slice(1)).size).toBe(1);
    expect(memory().numTensors).toBe(before.numTensors);
    expect(memory().numBytes).toBe(before.numBytes);
  });

  it('T27 refuses a checkpoint with other images or damaged bytes', async () => {
    const run = newRun(TINY_EXPERIMENT, DATA);
    await trainAll(run, DATA, { steps: 1 });
    const bytes = writeCheckpoint(run, DATA_NAME);
    const checkpoint = await readCheckpoint(bytes, 'c');
    expect(() => restoreRun(checkpoint, DATA, 'mnist')).toThrow(/other images/);
    await expect(readCheckpoint(bytes.subarray(0, 100), 'c')).rejects.toThrow(/^c: /);
  });
});
