import { weightsOf, type TrainedNet } from '../train/trained-net.ts';
import { writeSafetensors } from '../files/safetensors-write.ts';
import { serializeNetDescription } from '../files/net-description.ts';
import { netFromWeights, describeNet } from '../nn/open-net.ts';
import type { RunEnd, RunJobs, RunSummary, TrainEvent, TrainResult } from '../spec/run.ts';
import { ExperimentError } from '../spec/experiment.ts';
import { selectPictures } from '../data/select.ts';
import { recordText } from '../train/record.ts';
import { editRun, newRun } from '../train/run.ts';
import { freeIdleBuffers } from '../tensor/webgpu-device.ts';
import { backendName, choose, reportOf } from './backend.ts';
import { holdNet } from './net-jobs.ts';
import { kernelOf } from './run-kernel.ts';
import { foundSet, registry } from './open-runs.ts';
import type { OpenRun } from './run-registry.ts';
import { once, type Job } from './run-job.ts';
import { persistentSteps, Teller } from './run-steps.ts';

type RunJobTable = {
  readonly [K in keyof RunJobs]: (
    input: RunJobs[K]['input'],
  ) => Job<RunJobs[K]['event'], RunJobs[K]['result']>;
};

/** The document's field that a sentence such as "data.train is 51, but …" begins with. */
function fieldOf(message: string): string {
  const [, name = ''] = /^([\w.]+) is /.exec(message) ?? [];
  const renamed: Readonly<Record<string, string>> = {
    input: 'net.architecture',
    width: 'net.width',
  };
  return renamed[name] ?? (name.includes('.') ? name : '');
}

/** Settings that do not fit each other, or the pictures, are the person's to mend. */
function orSetting<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ExperimentError(fieldOf(error.message), error.message);
  }
}

async function create({
  id,
  words,
  experiment,
}: RunJobs['run-create']['input']): Promise<RunSummary> {
  const found = await foundSet(experiment.data);
  const { pictures, run } = orSetting(() => {
    const chosen = selectPictures(experiment.data, found);
    return { pictures: chosen, run: newRun(experiment, chosen) };
  });
  const opened = await registry.add(id, run, { words, pictures });
  try {
    await registry.save(opened);
    opened.run.savedStep = opened.run.step;
    return registry.summary(opened);
  } catch (error) {
    registry.close(id);
    throw error;
  }
}

type Steps = AsyncGenerator<() => TrainEvent, RunEnd, undefined>;

async function* train({
  id,
  steps: count,
}: RunJobs['train']['input']): AsyncGenerator<() => TrainEvent, TrainResult> {
  await backendName();
  const opened = await registry.open(id);
  const teller = new Teller(opened);
  const save = (): Promise<void> => registry.save(opened);
  const work = persistentSteps(opened, { count, teller, save });
  let end: RunEnd = { kind: 'paused' };
  // `yield*` would answer a stop with the bare end where the last save fails.
  try {
    let next = await work.next();
    for (; next.done !== true; next = await work.next()) yield next.value;
    end = next.value;
    return teller.result(end);
  } finally {
    const failed = await stopSteps(work);
    freeIdleBuffers();
    await noteEnd(opened, failed ?? end);
    // eslint-disable-next-line no-unsafe-finally -- only so is a stop answered with a result
    if (failed !== null) return teller.result(failed);
  }
}

/** Ends steps, with a save; what that failed with, else null. */
async function stopSteps(work: Steps): Promise<RunEnd | null> {
  let last: IteratorResult<unknown, RunEnd | undefined>;
  // A device that is lost just now is opened anew, and then stopped too.
  do last = await work.return(undefined as never);
  while (last.done !== true);
  return last.value ?? null;
}

/** The list says how the run ended; a storage that fails here has said so already. */
async function noteEnd(opened: OpenRun, end: RunEnd): Promise<void> {
  opened.end = end;
  const summary = registry.summary(opened);
  const store = await registry.store();
  await store
    .setSummary(opened.id, (kept) => ({ ...(end.kind === 'failed' ? kept : summary), end }))
    .catch(() => undefined);
}

async function setWords({ id, words }: RunJobs['run-words']['input']): Promise<null> {
  const opened = registry.peek(id);
  if (opened !== undefined) opened.words = words;
  await (await registry.store()).setSummary(id, (kept) => ({ ...kept, words }));
  return null;
}

async function rewind({ id }: RunJobs['run-rewind']['input']): Promise<RunSummary> {
  registry.close(id);
  // Changes that were made after the checkpoint are part of what is thrown away.
  const { experiment } = await registry.checkpoint(id);
  await (await registry.store()).setSummary(id, (kept) => ({ ...kept, experiment }));
  const opened = await registry.open(id);
  opened.end = { kind: 'paused' };
  const summary = registry.summary(opened);
  await (await registry.store()).setSummary(id, () => summary);
  return summary;
}

async function edit({ id, edit: change }: RunJobs['run-edit']['input']) {
  const opened = await registry.open(id);
  const experiment = orSetting(() => editRun(opened.run, change));
  await (await registry.store()).setSummary(id, (kept) => ({ ...kept, experiment }));
  return experiment;
}

function netFile(net: TrainedNet, name: string) {
  const tensors = weightsOf(net);
  const file = { format: 'safetensors' as const, tensors, skipped: [], metadata: {} };
  const description = { ...net.description, name };
  return { file, text: serializeNetDescription(description) };
}

async function openInInspector({ id, netId }: RunJobs['run-open']['input']) {
  const { run, words } = await registry.open(id);
  const { file, text } = netFile(run.net, words.name);
  const net = netFromWeights(netId, file, [words.name]);
  return holdNet(describeNet(net, { file: words.name, text }));
}

async function files({
  id,
}: RunJobs['run-files']['input']): Promise<RunJobs['run-files']['result']> {
  const opened = await registry.open(id);
  const { run, words } = opened;
  const { file, text } = netFile(run.net, words.name);
  return {
    record: recordText(run, {
      ...{ name: words.name, note: words.note, backend: opened.backend, end: opened.end },
      ...{ data: opened.pictures.fingerprint, created: opened.created },
    }),
    description: text,
    weights: writeSafetensors(file.tensors) as Uint8Array<ArrayBuffer>,
  };
}

/** Marks a run; one that is deleted is let go. */
async function setDeleted({ id, deleted }: RunJobs['run-delete']['input']): Promise<null> {
  if (deleted) registry.close(id);
  await (await registry.store()).setDeleted(id, deleted);
  return null;
}

async function list(): Promise<readonly RunSummary[]> {
  const kept = await (await registry.store()).list();
  return kept.filter(({ deleted }) => !deleted).map(({ summary }) => summary);
}

async function history({ id, from }: RunJobs['run-history']['input']) {
  return (await registry.open(id)).run.history.from(from);
}

async function purge(): Promise<null> {
  await (await registry.store()).purge();
  return null;
}

/** The jobs on runs; loaded when the first of them is asked for, since they bring tfjs. */
export const RUN_JOBS: RunJobTable = {
  backend: ({ wanted }) => once(async () => reportOf(await choose(wanted))),
  runs: () => once(list),
  'run-create': (input) => once(() => create(input)),
  train,
  'run-edit': (input) => once(() => edit(input)),
  'run-words': (input) => once(() => setWords(input)),
  'run-history': (input) => once(() => history(input)),
  'run-rewind': (input) => once(() => rewind(input)),
  'run-delete': (input) => once(() => setDeleted(input)),
  'run-purge': () => once(purge),
  'run-open': (input) => once(() => openInInspector(input)),
  'run-kernel': (input) =>
    once(async () => kernelOf((await registry.open(input.id)).run, input.layer)),
  'run-files': (input) => once(() => files(input)),
};
