import { radiusCurve, stoppedCurve } from '../../attack/curve.ts';
import { runEvaluation, type EvaluationStart } from '../../attack/evaluation-run.ts';
import { checkFits } from '../../attack/inputs/checks.ts';
import { newRecord } from '../../attack/inputs/record.ts';
import { netSides } from '../../attack/net-target.ts';
import { attackPath } from '../../attack/trajectory.ts';
import { netFacts } from '../../attack/trust/net-facts.ts';
import { trustCard } from '../../attack/trust/trust-card.ts';
import { rowOf } from '../../attack/batch.ts';
import type { AttackEvent, AttackJobs, TrustEvent } from '../../model/attack/jobs.ts';
import { attacksOf } from '../../model/attack/plan.ts';
import {
  attacksDone,
  type CurvePoint,
  type EvaluationRecord,
} from '../../model/attack/evaluation.ts';
import type { Verdict } from '../../model/attack/verdict.ts';
import { checkBackend, withNet, orPlanError } from './device.ts';
import {
  evaluations,
  imagesOf,
  imagesOfEach,
  reopen,
  taking,
  type Reopened,
} from './open-evaluation.ts';
import { ownImage } from './single-image.ts';
import { files, imagePixels } from './images.ts';
import { plannedSet } from './image-set.ts';
import { openSubject } from './subject.ts';
import { backendName } from '../backend.ts';
import type { Job } from '../run-job.ts';
import { deltaSince } from '../../kit/steps/events.ts';
import { fromPromise, mapSteps } from '../../kit/steps/steps.ts';

type AttackJobTable = {
  readonly [K in keyof AttackJobs]: (
    input: AttackJobs[K]['input'],
  ) => Job<AttackJobs[K]['event'], AttackJobs[K]['result']>;
};

async function create({
  id,
  subject: wanted,
  plan,
}: AttackJobs['evaluation-create']['input']): Promise<EvaluationRecord> {
  const [subject, images] = [await openSubject(wanted), await plannedSet(plan)];
  const backend = await backendName();
  orPlanError(() => checkFits(images, netSides(subject.description)));
  const record = newRecord(
    {
      id,
      subject: { ...wanted, name: subject.name, hash: subject.hash },
      plan,
      data: images.data,
      classes: images.classes,
      backend,
    },
    Date.now(),
  );
  await evaluations.add(record);
  return record;
}

/** Verdicts that changed, each with its row. */
function changedRows(
  sent: readonly Verdict[],
  now: readonly Verdict[],
): readonly (readonly [number, Verdict])[] {
  return now.flatMap((one, row): [number, Verdict][] => (one === sent[row] ? [] : [[row, one]]));
}

/** Whether it has results, which bind it to its backend. */
function hasBegun({ verdicts, curve: drawn, trust: card }: EvaluationRecord): boolean {
  return verdicts.length > 0 || drawn !== null || card !== null;
}

async function* attack({
  id,
}: AttackJobs['attack']['input']): AsyncGenerator<() => AttackEvent, EvaluationRecord, undefined> {
  const { subject, set, ...rest } = await reopen(id);
  const changed = deltaSince<readonly Verdict[], AttackEvent['changed']>([], changedRows);
  let { record } = rest;
  const adversarial = await imagesOf(record, set);
  return yield* withNet(subject, async function* (target) {
    if (hasBegun(record)) await checkBackend(record);
    else record = { ...record, backend: await backendName() };
    const start: EvaluationStart = { target, set, record, adversarial };
    const steps = runEvaluation(start, {
      now: () => performance.now(),
      date: () => Date.now(),
      save: async (kept, broken) => {
        record = await evaluations.save(kept, broken);
        broken.forEach((image, row) => adversarial.set(image, row * image.length));
      },
    });
    yield* mapSteps(steps, ({ progress, record: { verdicts, tallies, attackSeconds = [] } }) => {
      return () => ({ progress, changed: changed(verdicts), tallies, attackSeconds });
    });
    return record;
  });
}

async function* path({ id, row, attack: at }: AttackJobs['attack-trajectory']['input']) {
  const { record, subject, set, shape } = await reopen(id);
  const { threat, seed } = record.plan;
  const entry = attacksOf(record.plan)[at];
  if (entry === undefined) throw new RangeError(`attack: ${at} is no place in the list.`);
  const clean = rowOf(set.images, row, shape[0] * shape[1] * shape[2]).slice();
  const place = { clean, label: set.labels[row]!, index: set.indices[row]!, seed };
  return yield* withNet(subject, (target) => attackPath({ target, threat, entry, ...place }));
}

type CurveEvent = AttackJobs['attack-curve']['event'];

/** Computes a curve; `found` is called with its points as they arrive. */
async function* drawn(
  { id, radii, attack: entry }: AttackJobs['attack-curve']['input'],
  found: (points: readonly CurvePoint[]) => void,
): AsyncGenerator<CurveEvent, readonly CurvePoint[], undefined> {
  const { record, subject, set } = await reopen(id);
  const { threat, seed } = record.plan;
  return yield* withNet(subject, async function* (target) {
    await checkBackend(record);
    const job = { target, set, norm: threat.norm, attack: entry, seed, radii };
    const all = yield* mapSteps(radiusCurve(job), (points) => {
      found(points);
      return { points, done: points.length, of: radii.length };
    });
    found(all);
    return all;
  });
}

/** Computes and stores a curve; of a stopped one the finished points. */
async function* curve(
  input: AttackJobs['attack-curve']['input'],
): AsyncGenerator<CurveEvent, EvaluationRecord, undefined> {
  const { id, attack: entry } = input;
  let points: readonly CurvePoint[] = [];
  let stopped = true;
  try {
    points = yield* drawn(input, (found) => {
      // After a restart on a reopened device, the same points come again.
      if (found.length >= points.length) points = found;
    });
    stopped = false;
    return await keepChange(id, () => ({ curve: { attack: entry, points } }));
  } catch (error) {
    stopped = false;
    throw error;
  } finally {
    if (stopped && points.length > 0)
      // oxlint-disable-next-line no-unsafe-finally -- the only way to answer a stop with a result
      return await keepChange(id, ({ curve: before }) => ({
        curve: stoppedCurve(input, points, before),
      }));
  }
}

/** Evaluations of other nets on the same images. */
async function othersOf({ record }: Reopened): Promise<EvaluationRecord[]> {
  const { from, count } = record.plan.images;
  const other = (one: EvaluationRecord): boolean =>
    one.finished &&
    one.data === record.data &&
    one.subject.hash !== record.subject.hash &&
    one.plan.images.from === from &&
    one.plan.images.count === count;
  return (await list()).filter(other);
}

async function* trust({
  id,
}: AttackJobs['trust']['input']): AsyncGenerator<TrustEvent, EvaluationRecord, undefined> {
  const opened = await reopen(id);
  const { record, subject, set } = opened;
  const adversarial = await imagesOf(record, set);
  const facts = netFacts(subject.description, 'inference');
  const found = await othersOf(opened);
  const checks = yield* withNet(subject, async function* (target) {
    await checkBackend(record);
    const others = imagesOfEach(found, set);
    return yield* trustCard({ target, set, record, facts, adversarial, others });
  });
  return keepChange(id, () => ({ trust: checks, trustAfter: attacksDone(record) }));
}

async function keepChange(
  id: string,
  change: (
    record: EvaluationRecord,
  ) => Pick<EvaluationRecord, 'curve'> | Pick<EvaluationRecord, 'trust' | 'trustAfter'>,
): Promise<EvaluationRecord> {
  return evaluations.setRecord(id, (record) => ({
    ...record,
    ...change(record),
    changed: Date.now(),
  }));
}

async function describe(
  wanted: AttackJobs['attack-subject']['input'],
): Promise<AttackJobs['attack-subject']['result']> {
  const { description, hash, former } = await openSubject(wanted);
  const { shape, classes } = orPlanError(() => netSides(description));
  return { shape, classes, hash, formerHashes: former().map((one) => one.hash) };
}

async function list(): Promise<readonly EvaluationRecord[]> {
  return (await evaluations.listed()).map(({ record }) => record);
}

async function setDeleted({
  id,
  deleted,
}: AttackJobs['evaluation-delete']['input']): Promise<null> {
  await (deleted ? evaluations.delete(id) : evaluations.restore(id));
  return null;
}

async function purge({ age }: AttackJobs['evaluation-purge']['input']): Promise<null> {
  await evaluations.purge(age);
  return null;
}

/** The jobs on evaluations; loaded with the first of them, since they import tfjs. */
export const ATTACK_JOBS: AttackJobTable = {
  evaluations: () => fromPromise(list),
  'evaluation-create': (input) => fromPromise(() => create(input)),
  attack: (input) => taking(input.id, () => attack(input)),
  'evaluation-delete': (input) => fromPromise(() => setDeleted(input)),
  'evaluation-purge': (input) => fromPromise(() => purge(input)),
  'attack-images': (input) => fromPromise(() => imagePixels(input)),
  'attack-trajectory': path,
  'attack-curve': (input) => taking(input.id, () => curve(input)),
  trust: (input) => taking(input.id, () => trust(input)),
  'attack-image': ownImage,
  'attack-subject': (input) => fromPromise(() => describe(input)),
  'evaluation-files': (input) => fromPromise(() => files(input)),
};
