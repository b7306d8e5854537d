import { weightsOf, type TrainedNet } from '../../train/trained-net.ts';
import { writeSafetensors } from '../../files/safetensors-write.ts';
import { serializeNetDescription } from '../../files/net-description.ts';
import { netFromWeights, describeNet } from '../../nn/open-net.ts';
import type {
  RunEnd,
  RunJobs,
  RunSummary,
  TrainEvent,
  TrainResult,
} from '../../model/train/run.ts';
import { ExperimentError } from '../../model/train/experiment.ts';
import { selectImages } from '../../data/select.ts';
import { recordText } from '../../train/record.ts';
import { editRun, newRun, takeEditBack } from '../../train/run.ts';
import { freeIdleBuffers } from '../../tensor/webgpu-device.ts';
import { backendName, choose, reportOf } from '../backend.ts';
import { holdNet } from '../net/jobs.ts';
import { kernelOf } from './kernel.ts';
import { foundSet, registry, runs } from './open-runs.ts';
import type { OpenRun, Taken } from './run-registry.ts';
import { closeSteps, fromPromise } from '../../kit/steps/steps.ts';
import type { Job } from '../run-job.ts';
import { persistentSteps, RunEvents } from './persistent-steps.ts';

type RunJobTable = {
  readonly [K in keyof RunJobs]: (
    input: RunJobs[K]['input'],
  ) => Job<RunJobs[K]['event'], RunJobs[K]['result']>;
};

/** The field's path at the start of a sentence such as "data.train is 51, but …". */
function fieldOf(message: string): string {
  const [, name = ''] = /^([\w.]+) is /.exec(message) ?? [];
  const renamed: Readonly<Record<string, string>> = {
    input: 'net.architecture',
    width: 'net.width',
  };
  return renamed[name] ?? (name.includes('.') ? name : '');
}

/** Settings incompatible with each other or the images are for the user to fix. */
function orSetting<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ExperimentError(fieldOf(error.message), error.message);
  }
}

/** Creates a run; it can be cancelled at each of its events, and then nothing is stored. */
async function* create({
  id,
  labels,
  experiment,
}: RunJobs['run-create']['input']): AsyncGenerator<null, RunSummary, undefined> {
  yield null;
  const found = await foundSet(experiment.data);
  yield null;
  const images = orSetting(() => selectImages(experiment.data, found));
  yield null;
  const run = orSetting(() => newRun(experiment, images));
  yield null;
  const { opened, giveBack } = await registry.add(id, run, { labels, images });
  let wanted = false;
  try {
    await registry.save(opened, 'add');
    run.savedStep = run.step;
    yield null;
    wanted = true;
    return registry.summary(opened);
  } finally {
    if (!wanted) registry.forget(id);
    if (!wanted && run.savedStep !== null) await runs.remove(id);
    await giveBack();
  }
}

type Steps = AsyncGenerator<() => TrainEvent, RunEnd, undefined>;

async function* train({
  id,
  steps: count,
}: RunJobs['train']['input']): AsyncGenerator<() => TrainEvent, TrainResult> {
  await backendName();
  const taken = await registry.take(id);
  const { opened } = taken;
  const events = new RunEvents(opened);
  const save = (): Promise<void> => registry.save(opened);
  const work = persistentSteps(opened, { count, events, save });
  let end: RunEnd = { kind: 'paused' };
  // `yield*` would answer a stop without the failure of the last save.
  try {
    let next = await work.next();
    for (; next.done !== true; next = await work.next()) yield next.value;
    end = next.value;
    return events.result(end);
  } finally {
    const failed = await stop(taken, work, end);
    // oxlint-disable-next-line no-unsafe-finally -- the only way to answer a stop with a result
    if (failed !== null) return events.result(failed);
  }
}

/** Closes steps, with a save, and releases the run. Returns the save's failure, or null. */
async function stop(taken: Taken, work: Steps, end: RunEnd): Promise<RunEnd | null> {
  let failed: RunEnd | null = null;
  try {
    failed = (await closeSteps(work)) ?? null;
    return failed;
  } finally {
    freeIdleBuffers();
    await noteEnd(taken.opened, failed ?? end);
    await taken.giveBack();
  }
}

/** Ends that leave the last checkpoint as it was. */
const NOT_SAVED: ReadonlySet<RunEnd['kind']> = new Set(['failed', 'not-finite']);

/** The list shows how the run ended; a failure of the storage has already been reported. */
async function noteEnd(opened: OpenRun, end: RunEnd): Promise<void> {
  opened.end = end;
  const summary = registry.summary(opened);
  await runs
    .setSummary(opened.id, (kept) => ({
      // If nothing was saved, the list stays at the last checkpoint.
      ...(NOT_SAVED.has(end.kind) ? kept : { ...summary, labels: kept.labels }),
      end,
    }))
    .catch(() => undefined);
}

async function setLabels({ id, labels }: RunJobs['run-labels']['input']): Promise<null> {
  await registry.setLabels(id, labels);
  return null;
}

async function rewind({ id }: RunJobs['run-rewind']['input']): Promise<RunSummary> {
  const { opened, giveBack } = await registry.rewind(id);
  try {
    opened.end = { kind: 'paused' };
    // Changes made after the checkpoint are discarded, too.
    const summary = registry.summary(opened);
    await runs.setSummary(id, ({ labels }) => ({ ...summary, labels }));
    return summary;
  } finally {
    await giveBack();
  }
}

async function edit({ id, edit: change }: RunJobs['run-edit']['input']) {
  const { opened, giveBack } = await registry.take(id);
  const { run, serial } = opened;
  try {
    const before = run.experiment;
    const experiment = orSetting(() => editRun(run, change));
    try {
      await runs.setSummary(id, (kept) => ({ ...kept, experiment }));
    } catch (error) {
      // A step that has read it, or a checkpoint that came between, has made it part of the run.
      if (opened.serial === serial && takeEditBack(run, before, experiment)) throw error;
    }
    return experiment;
  } finally {
    await giveBack();
  }
}

function netFile(net: TrainedNet, name: string) {
  const tensors = weightsOf(net);
  const file = { format: 'safetensors' as const, tensors, skipped: [], metadata: {} };
  const description = { ...net.description, name };
  return { file, text: serializeNetDescription(description) };
}

async function openInInspector({ id, netId }: RunJobs['run-open']['input']) {
  const [name, { file, text }] = await registry.read(id, ({ run, labels }) => [
    labels.name,
    netFile(run.net, labels.name),
  ]);
  const net = netFromWeights(netId, file, [name]);
  return holdNet(describeNet(net, { file: name, text }));
}

function filesOf({
  run,
  labels,
  backend,
  end,
  images,
  created,
}: OpenRun): RunJobs['run-files']['result'] {
  const { name, note } = labels;
  const { file, text } = netFile(run.net, name);
  const record = recordText(run, { name, note, backend, end, data: images.fingerprint, created });
  const weights = writeSafetensors(file.tensors) as Uint8Array<ArrayBuffer>;
  return { record, description: text, weights };
}

async function setDeleted({ id, deleted }: RunJobs['run-delete']['input']): Promise<null> {
  await (deleted ? registry.delete(id) : runs.restore(id));
  return null;
}

async function list(): Promise<readonly RunSummary[]> {
  return (await runs.listed()).map(({ summary }) => summary);
}

async function purge({ age }: RunJobs['run-purge']['input']): Promise<null> {
  await runs.purge(age);
  return null;
}

/** The jobs on runs; loaded with the first of them, since they import tfjs. */
export const RUN_JOBS: RunJobTable = {
  backend: ({ wanted }) => fromPromise(async () => reportOf(await choose(wanted))),
  runs: () => fromPromise(list),
  'run-create': create,
  train,
  'run-edit': (input) => fromPromise(() => edit(input)),
  'run-labels': (input) => fromPromise(() => setLabels(input)),
  'run-history': ({ id, from }) =>
    fromPromise(() => registry.read(id, ({ run }) => run.history.from(from))),
  'run-rewind': (input) => fromPromise(() => rewind(input)),
  'run-delete': (input) => fromPromise(() => setDeleted(input)),
  'run-purge': (input) => fromPromise(() => purge(input)),
  'run-open': (input) => fromPromise(() => openInInspector(input)),
  'run-kernel': ({ id, layer }) =>
    fromPromise(() => registry.read(id, ({ run }) => kernelOf(run, layer))),
  'run-files': ({ id }) => fromPromise(() => registry.read(id, filesOf)),
};
