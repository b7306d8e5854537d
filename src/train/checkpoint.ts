import * as v from 'valibot';
import { readWeights } from '../files/read-weights.ts';
import { writeSafetensors } from '../files/safetensors-write.ts';
import { FileError, type NamedTensor, type WeightFile } from '../files/tensors.ts';
import { EXPERIMENT } from '../model/train/experiment.ts';
import type { EpochRecord } from '../model/train/run.ts';
import { History, HISTORY_COLUMNS, type HistoryColumn } from './history.ts';
import { optimizerBuffers, restoreBuffers } from './optimizer.ts';
import { assembleRun, type Run, type RunData } from './run.ts';
import { weightsOf } from './trained-net.ts';

/** Key of a checkpoint's own metadata within a safetensors file's metadata. */
const KEY = 'norm_lab';
const VERSION = '1';
const STATE = 'state.';

const finite = v.pipe(v.number(), v.finite());
const whole = v.pipe(finite, v.integer(), v.minValue(0));
const epochSchema = v.strictObject({
  epoch: whole,
  step: whole,
  trainLoss: finite,
  trainCorrect: whole,
  trainCount: whole,
  testLoss: v.nullable(finite),
  testCorrect: whole,
  testCount: whole,
  seconds: finite,
  // Absent in checkpoints of older versions.
  robust: v.optional(v.nullable(v.strictObject({ correct: whole, count: whole })), null),
});
const headerSchema = v.strictObject({
  version: v.literal(VERSION),
  experiment: v.unknown(),
  step: whole,
  data: v.string(),
  epochs: v.array(epochSchema),
});

/**
 * Everything that a run needs to resume exactly, as a safetensors file: the net's weights under
 * PyTorch's names and layouts, then (names with `state.`) momentum, h and history, and the document
 * among the metadata.
 *
 * @param data says which images it was trained on: a checkpoint is not restored on others
 */
export function writeCheckpoint(run: Run, data: string): Uint8Array<ArrayBuffer> {
  const buffers = optimizerBuffers(run.optimizer).map(({ name, values }) => ({
    name: `${STATE}${name}`,
    shape: [values.length],
    data: values,
  }));
  const columns = Object.entries(run.history.columns()).map(([name, numbers]) => ({
    name: `${STATE}history.${name}`,
    shape: [numbers.length],
    data: numbers,
  }));
  const header = {
    version: VERSION,
    experiment: EXPERIMENT.toDocument(run.experiment),
    step: run.step,
    data,
    epochs: run.history.from({ steps: 0, norms: 0, epochs: 0 }).epochs.rows,
  };
  const tensors = [...weightsOf(run.net), ...buffers, ...columns];
  return writeSafetensors(tensors, { [KEY]: JSON.stringify(header) }) as Uint8Array<ArrayBuffer>;
}

/** A checkpoint that was read and validated, without its images. */
export interface Checkpoint {
  readonly file: WeightFile;
  readonly header: v.InferOutput<typeof headerSchema>;
  readonly experiment: Run['experiment'];
}

/**
 * Reads a checkpoint.
 *
 * @throws FileError when it is not a checkpoint, or damaged; ExperimentError when its document is
 * invalid.
 */
export async function readCheckpoint(bytes: Uint8Array, name: string): Promise<Checkpoint> {
  const file = await readWeights([{ name, bytes }]);
  const text = file.metadata[KEY];
  if (text === undefined) {
    throw new FileError('does-not-fit', name, 'these weights are not a checkpoint of a run.');
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new FileError(
      'bad-header',
      name,
      'the checkpoint’s metadata is not JSON: it is damaged.',
    );
  }
  const result = v.safeParse(headerSchema, parsed);
  if (!result.success) {
    const path = v.getDotPath(result.issues[0]) ?? '';
    throw new FileError('bad-header', name, `the checkpoint’s ${path} is invalid: it is damaged.`);
  }
  return { file, header: result.output, experiment: EXPERIMENT.check(result.output.experiment) };
}

function stateOf({ tensors }: WeightFile): Record<string, NamedTensor['data']> {
  const state = tensors.filter(({ name }) => name.startsWith(STATE));
  return Object.fromEntries(state.map(({ name, data }) => [name.slice(STATE.length), data]));
}

/**
 * The run of a checkpoint, as it was.
 *
 * @param data the images that it was trained on, and what names them
 * @throws RangeError when the images are others, or something is missing; FileError when the
 * weights do not fit the net.
 */
export function restoreRun(
  { file, header, experiment }: Checkpoint,
  data: RunData,
  dataName: string,
): Run {
  if (header.data !== dataName) {
    throw new RangeError(
      `data: the run was trained on other images (${header.data}, here ${dataName}); give those.`,
    );
  }
  const state = stateOf(file);
  const column = (key: HistoryColumn): NamedTensor['data'] => {
    const found = state[`history.${key}`];
    if (found === undefined) throw new RangeError(`history.${key} is missing: it is damaged.`);
    return found;
  };
  const columns = Object.fromEntries(HISTORY_COLUMNS.map((key) => [key, column(key)]));
  const epochs = header.epochs.map((one): EpochRecord => ({
    ...one,
    testLoss: one.testLoss ?? NaN,
  }));
  const history = (layers: number): History =>
    History.restore(layers, columns as Record<HistoryColumn, NamedTensor['data']>, epochs);
  const run = assembleRun(experiment, data, { weights: file, history, step: header.step });
  restoreBuffers(run.optimizer, state);
  run.savedStep = run.step;
  return run;
}
