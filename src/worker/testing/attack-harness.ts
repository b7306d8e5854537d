import { serializeNetDescription } from '../../files/net-description.ts';
import { writeSafetensors } from '../../files/safetensors-write.ts';
import { architecture } from '../../nn/architectures/architectures.ts';
import { initialWeights } from '../../nn/initial-weights.ts';
import { defaultAttack } from '../../model/attack/lists.ts';
import { DEFAULT_ATTACK_PLAN, type AttackPlan } from '../../model/attack/plan.ts';
import type { EvaluationRecord } from '../../model/attack/evaluation.ts';
import type { JobFailure, JobOutcome } from '../../model/jobs.ts';
import type { FileHandle } from '../../model/net/net.ts';
import { ATTACK_JOBS } from '../attack/jobs.ts';
import { NET_JOBS } from '../net/jobs.ts';
import { runJob, type Job } from '../run-job.ts';

function fileOf(name: string, bytes: Uint8Array): FileHandle {
  const slice = (from: number, to: number) => ({
    arrayBuffer: () => Promise.resolve(bytes.slice(from, to).buffer),
  });
  return { name, size: bytes.length, slice };
}

/** A job as the worker runs it. */
export function run<E, R>(
  job: Job<E, R>,
  onEvent: (event: E) => void = () => undefined,
  aborted: () => boolean = () => false,
): Promise<JobOutcome<R>> {
  return runJob(job, { aborted, onEvent });
}

/** @throws Error with the failure's words */
export async function valueOf<E, R>(job: Job<E, R>): Promise<R> {
  const outcome = await run(job);
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return outcome.value;
}

/** @throws Error when the job does not fail */
export async function failureOf<E, R>(job: Job<E, R>): Promise<JobFailure> {
  const outcome = await run(job);
  if (outcome.ok) throw new Error('it did not fail');
  return outcome.failure;
}

export const NET = { kind: 'net', id: 'net' } as const;

/** A small net with random weights: some of its answers are right. */
export async function openNet(
  id: string,
  seed: number,
  input: [number, number, number],
): Promise<void> {
  const description = architecture('small-cnn', { input, classes: 10, width: 0.25 });
  const file = initialWeights(description, seed);
  const files = [
    fileOf('w.safetensors', writeSafetensors(file.tensors)),
    fileOf('net.json', new TextEncoder().encode(serializeNetDescription(description))),
  ];
  await valueOf(NET_JOBS['open-net']({ id, files, current: null }));
}

/** What breaks some of the net's right answers, in a second. */
export const PLAN: AttackPlan = {
  ...DEFAULT_ATTACK_PLAN,
  attack: { ...defaultAttack('pgd'), steps: 4 },
  threat: { norm: 'linf', eps: 0.2 },
  images: { ...DEFAULT_ATTACK_PLAN.images, from: 5, count: 60 },
};

let serial = 0;

/** An id that no other evaluation of the test has. */
export const newId = (): string => `e${++serial}`;

/** An evaluation that is not begun. */
export async function made(plan: AttackPlan = PLAN): Promise<EvaluationRecord> {
  return valueOf(ATTACK_JOBS['evaluation-create']({ id: newId(), subject: NET, plan }));
}
