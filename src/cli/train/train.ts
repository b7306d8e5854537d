import { resolve, join } from 'node:path';
import process from 'node:process';
import { writeSafetensors } from '../../files/safetensors-write.ts';
import { serializeNetDescription } from '../../files/net-description.ts';
import { EXPERIMENT } from '../../model/train/experiment.ts';
import { robustAttackOf } from '../../model/train/robust.ts';
import type { RunEnd, RunProgress } from '../../model/train/run.ts';
import { BACKEND_NAMES, type BackendName } from '../../tensor/backend-names.ts';
import { chooseBackend } from '../../tensor/backends.ts';
import { deviceReason } from '../../tensor/device.ts';
import { DeviceError } from '../../tensor/device-error.ts';
import { readCheckpoint, restoreRun, writeCheckpoint } from '../../train/checkpoint.ts';
import { trainRun } from '../../train/loop.ts';
import { recordText } from '../../train/record.ts';
import { newRun, type Run } from '../../train/run.ts';
import { weightsOf } from '../../train/trained-net.ts';
import type { SelectedImages } from '../../data/select.ts';
import { UsageError, type Arguments, type Command, type Output } from '../command.ts';
import { jsonOf, readInput, textOf } from '../read-file.ts';
import {
  loadCheckpoint,
  makeRunFolder,
  RUN_FILES,
  saveCheckpoint,
  writeWhole,
} from './run-folder.ts';
import { epochLine, ProgressLine } from './progress.ts';
import { imagesOf } from './images.ts';
import { deltaSince } from '../../kit/steps/events.ts';
import { runSteps } from '../../kit/steps/steps.ts';

const NODE_BACKENDS = BACKEND_NAMES.filter((name) => name !== 'webgl');

/** A run's folder, state and start options. */
interface Session {
  readonly folder: string;
  readonly run: Run;
  readonly images: SelectedImages;
  readonly backend: BackendName;
  readonly created: number;
  readonly output: Output;
}

function wantedBackend({ options }: Arguments): BackendName | undefined {
  const given = options['backend'];
  if (given === undefined) return undefined;
  const found = NODE_BACKENDS.find((name) => name === given);
  if (found !== undefined) return found;
  throw new UsageError(`--backend ${given}: give one of ${NODE_BACKENDS.join(', ')}.`);
}

/**
 * Starts the backend; one requested by name is used or rejected, never replaced.
 *
 * @param before The backend used so far; continues unless another one is requested.
 */
export async function startBackend(
  args: Arguments,
  output: Output,
  before?: BackendName,
): Promise<BackendName> {
  const given = wantedBackend(args);
  const wanted = given ?? before;
  const choice = await chooseBackend(wanted);
  if (!choice.ok) throw new UsageError(choice.message);
  if (wanted !== undefined && choice.name !== wanted) {
    const why =
      choice.skipped.find(({ name }) => name === wanted)?.reason ?? 'it is not available.';
    if (given !== undefined) throw new UsageError(`--backend ${given}: ${why}`);
    const hint = `"--backend ${choice.name}" continues the run on the available one.`;
    throw new UsageError(`the run was started on ${wanted}. ${why} ${hint}`);
  }
  output.progress(`backend: ${choice.name}. ${choice.reason}`);
  if (before !== undefined && choice.name !== before)
    output.progress(
      `The run was started on ${before} and continues on ${choice.name}: its numbers are now close to, ` +
        `but not bitwise equal to, those of an uninterrupted run.`,
    );
  return choice.name;
}

/** Versions of the software, for a result's record. */
export async function versions(): Promise<Record<string, string>> {
  const root = new URL('../../../package.json', import.meta.url);
  const { readFile } = await import('node:fs/promises');
  const { version, dependencies } = JSON.parse(await readFile(root, 'utf8')) as {
    version: string;
    dependencies: Record<string, string>;
  };
  const tfjs = dependencies['@tensorflow/tfjs-core'] ?? '';
  return { 'norm-lab': version, node: process.versions.node, 'tfjs-core': tfjs };
}

/** Writes the results: the record, the net and its weights. */
async function writeResults(
  { folder, run, images, backend, created }: Session,
  end: RunEnd | null,
): Promise<string> {
  const { name } = run.experiment;
  const record = recordText(run, {
    name,
    note: '',
    backend,
    data: images.fingerprint,
    created,
    end,
    versions: await versions(),
  });
  await writeWhole(join(folder, RUN_FILES.record), record);
  await writeWhole(
    join(folder, RUN_FILES.description),
    serializeNetDescription(run.net.description),
  );
  await writeWhole(join(folder, RUN_FILES.weights), writeSafetensors(weightsOf(run.net)));
  return record;
}

/** Ctrl-C ends the run after the step under way, with a checkpoint; a second one ends it at once. */
export function onInterrupt(stop: () => void): () => void {
  const once = (): void => {
    process.off('SIGINT', once);
    stop();
  };
  process.on('SIGINT', once);
  return () => process.off('SIGINT', once);
}

async function trainToEnd(session: Session): Promise<RunEnd> {
  const { folder, run, images, output } = session;
  const bar = new ProgressLine(output.progress);
  const job = trainRun(run, {
    data: images,
    steps: null,
    now: () => performance.now(),
    save: async (now) => {
      await saveCheckpoint(folder, writeCheckpoint(now, images.fingerprint));
    },
  });
  const stop = new AbortController();
  const forget = onInterrupt(() => stop.abort());
  const newEpochs = deltaSince(
    run.history.place.epochs,
    (epochs) => run.history.from({ steps: Infinity, norms: Infinity, epochs }).epochs.rows,
  );
  const printEpochs = (): void => {
    for (const row of newEpochs(run.history.place.epochs)) {
      bar.line(epochLine(row, run.experiment));
    }
  };
  const onStep = (progress: RunProgress): void => {
    printEpochs();
    bar.step(progress);
  };
  try {
    const end = await runSteps(job, onStep, stop.signal);
    printEpochs();
    if (end !== null) return end;
    bar.line(`Stopped after step ${run.step}; continue with "lab resume ${folder}".`);
    return { kind: 'paused' };
  } finally {
    forget();
  }
}

/** Robust accuracy after the last epoch that measured it, and the attack used. */
function robustEnd({ experiment, history }: Run): object {
  const { rows } = history.from({ steps: Infinity, norms: Infinity, epochs: 0 }).epochs;
  const last = rows.findLast(({ robust }) => robust !== null);
  return {
    robustCorrect: last?.robust?.correct ?? null,
    robustCount: last?.robust?.count ?? null,
    robustEpoch: last?.epoch ?? null,
    robustAttack: robustAttackOf(experiment),
  };
}

/** Error for a failed device, with the step of the last checkpoint. */
function failedSentence({ folder, run }: Session, { message }: DeviceError): string {
  return (
    `${message.replace(/\.*$/, '.')} The last checkpoint is from step ` +
    `${run.savedStep ?? 0}; "lab resume ${folder}" continues from it.`
  );
}

/** Prints the final results as one JSON document on stdout. */
async function finish(session: Session): Promise<void> {
  const { folder, run, output } = session;
  const end = await trainToEnd(session).catch(async (caught: unknown) => {
    const error = await deviceReason(caught);
    if (error instanceof DeviceError) throw new UsageError(failedSentence(session, error));
    throw error;
  });
  await writeResults(session, end);
  const last = run.history.lastEpoch;
  output.data(
    JSON.stringify({
      format: 'norm-lab/train',
      version: 1,
      folder,
      end,
      step: run.step,
      steps: run.steps,
      testCorrect: last?.testCorrect ?? null,
      testCount: last?.testCount ?? null,
      testAccuracy: last === null ? null : last.testCorrect / last.testCount,
      ...robustEnd(run),
      layers: run.net.layers.map(({ name }) => name),
      norms: run.history.lastNorms,
    }),
  );
  if (end.kind === 'not-finite') throw new UsageError(end.message);
}

/** Incompatible settings are for the user to fix. */
function orUsage<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}

async function runTrain(args: Arguments, output: Output): Promise<void> {
  const [path, ...data] = args.files;
  const folder = args.options['out'];
  if (path === undefined) throw new UsageError('give the file of an experiment.');
  if (folder === undefined)
    throw new UsageError('--out DIR is missing: give a folder for the run.');
  const experiment = EXPERIMENT.parse(textOf(await readInput(path)));
  const images = await imagesOf(experiment, data);
  const run = orUsage(() => newRun(experiment, images));
  const backend = await startBackend(args, output);
  await makeRunFolder(folder);
  const created = Date.now();
  await writeWhole(
    join(folder, 'start.json'),
    `${JSON.stringify({ created, backend, data: data.map((one) => resolve(one)) })}\n`,
  );
  await finish({ folder, run, images, backend, created, output });
}

interface StartNote {
  readonly created: number;
  readonly backend: BackendName;
  readonly data: readonly string[];
}

async function startNote(folder: string): Promise<StartNote> {
  const path = join(folder, 'start.json');
  const note = jsonOf({ ...(await readInput(path)), name: path });
  const { created, backend, data } = (note ?? {}) as Partial<StartNote>;
  const known = BACKEND_NAMES.find((name) => name === backend);
  if (typeof created !== 'number' || known === undefined || !Array.isArray(data)) {
    throw new UsageError(
      `${folder}: its start.json is damaged; it needs "created", "backend" and "data".`,
    );
  }
  return { created, backend: known, data };
}

async function runResume(args: Arguments, output: Output): Promise<void> {
  const [folder, ...given] = args.files;
  if (folder === undefined) throw new UsageError('give the folder of a run.');
  const checkpoint = await readCheckpoint(await loadCheckpoint(folder), RUN_FILES.checkpoint);
  const { created, backend: before, data } = await startNote(folder);
  const images = await imagesOf(checkpoint.experiment, given.length > 0 ? given : data);
  const run = orUsage(() => restoreRun(checkpoint, images, images.fingerprint));
  const backend = await startBackend(args, output, before);
  await finish({ folder, run, images, backend, created, output });
}

/** Help text of `--backend`. */
export const BACKENDS = `--backend NAME   ${NODE_BACKENDS.join(', ')}; default: the fastest available`;

/** `lab train EXPERIMENT.json [FILE...] --out DIR`. */
export const train: Command = {
  summary: 'Trains a net as described by an experiment',
  options: ['out', 'backend'],
  run: runTrain,
  help: `lab train EXPERIMENT.json [FILE...] --out DIR [--backend NAME]

  Trains as described by the experiment (the JSON exported by the Train panel). FILE...: the
  official files of its images (MNIST, Fashion-MNIST, CIFAR-10), compressed or not; none for shapes.
  Progress goes to stderr, the final results to stdout as JSON. With adversarial training (or
  "record": {"robust": "always"}) the robust accuracy against PGD (not AutoAttack) is printed after
  each epoch. Ctrl-C stops after the current step; "lab resume DIR" continues.

  DIR gets record.json (document, seed, history, exact norms of every layer, timings, versions),
  weights.safetensors (PyTorch's names and layouts), net.json (the net's description) and a
  checkpoint, saved after every epoch and every 10 seconds.

  ${BACKENDS}

  Example
    npm run --silent lab -- train experiment.json --out run1
    python: safetensors.torch.load_file("run1/weights.safetensors")`,
};

/** `lab resume DIR [FILE...]`. */
export const resume: Command = {
  summary: 'Continues a run that was stopped or killed',
  options: ['backend'],
  run: runResume,
  help: `lab resume DIR [FILE...] [--backend NAME]

  Continues from the last intact checkpoint in DIR. On wasm and cpu the final weights are bitwise equal
  to those of an uninterrupted run. FILE...: the current paths of the image files, if they moved.
  The run continues on the backend it was started on, unless --backend is given.

  ${BACKENDS}`,
};
