import { memory } from '../src/tensor/engine.ts';
import { startBackend } from '../src/tensor/backends.ts';
import { newRun } from '../src/train/run.ts';
import { trainRun } from '../src/train/loop.ts';
import { shapesOf, TINY_EXPERIMENT } from '../src/train/testing/small-run.ts';
import { report, type Row } from './bench.lib.ts';

/** 2,000 steps whose batches hold 16, 16 and 8 images in turn, and a test after each epoch. */
const STEPS = 2000;
const EPOCH = 3;
const WARM_UP = 10;
const LOOK = 400;

await startBackend('wasm');
const experiment = {
  ...TINY_EXPERIMENT,
  training: { ...TINY_EXPERIMENT.training, epochs: Math.ceil(STEPS / EPOCH), learningRate: 1e-4 },
};
const data = shapesOf(experiment);
const run = newRun(experiment, data);
const job = trainRun(run, {
  data,
  steps: STEPS,
  now: () => performance.now(),
  save: () => Promise.resolve(),
});
const seen = new Set<string>();
const rows: Row[] = [];
for (let step = await job.next(); step.done !== true; step = await job.next()) {
  if (step.value.phase !== 'training' || run.step < WARM_UP) continue;
  const { numTensors, numBytes } = memory();
  seen.add(`${numTensors} tensors, ${numBytes} bytes`);
  if (run.step % LOOK !== 0) continue;
  const { rss, arrayBuffers, external } = process.memoryUsage();
  const mb = (bytes: number): number => Math.round(bytes / 1e5) / 10;
  rows.push({
    step: run.step,
    tensors: numTensors,
    'tensor bytes': numBytes,
    'process MB': mb(rss),
    'array buffers MB': mb(arrayBuffers),
    'external MB': mb(external),
  });
}
report(`memory between steps, ${STEPS} steps on wasm: ${[...seen].join('; ')} after warm-up`, rows);
if (seen.size !== 1) process.exitCode = 1;
