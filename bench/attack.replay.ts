import { apgdRun } from '../src/attack/apgd-run.ts';
import { attackLanes } from '../src/attack/lane-attack.ts';
import type { Lane } from '../src/attack/lanes.ts';
import { byFallingLogit } from '../src/attack/losses.ts';
import { rowOf } from '../src/attack/batch.ts';
import { imageNumbers, type AttackTarget } from '../src/attack/target.ts';
import { onSphere } from '../src/attack/threat-model.ts';
import { nchwToNhwc } from '../src/tensor/layouts.ts';
import { TorchDraws } from './attack.draws.ts';
import { bitmapOf, setOf, threatOf, type ReferenceRun } from './attack.fixtures.ts';

/** The first two attacks of the standard list. */
export const APGD_KINDS = ['apgd-ce', 'apgd-t'] as const;
export type Stands = Readonly<Record<(typeof APGD_KINDS)[number], string>>;

/** Images of a batch of the reference: its draws depend on it. */
export const BATCH = 250;
/** Target classes of its APGD-T. */
const TARGETS = 9;

interface Job {
  readonly target: AttackTarget;
  readonly run: ReferenceRun;
  readonly loss: 'ce' | 'dlr-targeted';
  /** The class to go to, by its rank among the clean logits; 0 without one. */
  readonly rank: number;
  /** One start [H, W, C] for each row. */
  readonly starts: readonly Float32Array[];
}

/** Which of a set's rows one run of APGD from the given starts breaks. */
async function broken(job: Job, rows: readonly number[]): Promise<readonly boolean[]> {
  const { target, run, loss, rank, starts } = job;
  const threat = threatOf(run);
  const { images, labels, indices } = setOf(run, rows);
  function* attack(n: number, label: number, logits: Float32Array): Lane {
    const clean = rowOf(images, n, imageNumbers(target));
    const end = yield* apgdRun({
      threat,
      loss,
      clean,
      start: starts[n]!,
      untilBroken: true,
      iterations: 100,
      rho: 0.75,
      eot: 1,
      classes: { label, ...(rank > 0 && { target: byFallingLogit(logits)[rank]! }) },
    });
    return end.adversarial && { image: end.adversarial.point, by: { restart: 0, step: 0 } };
  }
  const batch = { images, labels, seed: { seed: 0, indices } };
  const steps = attackLanes(target, batch, ({ index, label }, logits) =>
    attack(indices.indexOf(index), label, logits),
  );
  for (;;) {
    const next = await steps.next();
    if (next.done === true) return next.value.broken;
  }
}

/** The reference's starts of a run on these rows: one draw of the whole batch, as NCHW. */
function startsOf(
  { target, run, draws }: Pick<Job, 'target' | 'run'> & { readonly draws: TorchDraws },
  rows: readonly number[],
): Float32Array[] {
  const [h, w, c] = target.shape;
  const size = h * w * c;
  const count = rows.length * size;
  const threat = threatOf(run);
  const drawn =
    threat.norm === 'linf' ? draws.uniform(count).map((one) => 2 * one - 1) : draws.normal(count);
  const noise = nchwToNhwc(drawn, [rows.length, c, h, w]);
  const { images } = setOf(run, rows);
  return rows.map((_, n) =>
    Float32Array.from(onSphere(threat, rowOf(images, n, size), rowOf(noise, n, size))),
  );
}

/** What of a batch stands after one attack of the reference's list, its generator reseeded. */
async function attacked(
  { target, run }: Pick<Job, 'target' | 'run'>,
  kind: 'apgd-ce' | 'apgd-t',
  batch: readonly number[],
): Promise<readonly number[]> {
  const draws = new TorchDraws(run.seed);
  const loss = kind === 'apgd-ce' ? 'ce' : 'dlr-targeted';
  const ranks = kind === 'apgd-ce' ? [0] : Array.from({ length: TARGETS }, (_, n) => n + 1);
  let left = batch;
  for (const rank of ranks) {
    if (left.length === 0) break;
    const starts = startsOf({ target, run, draws }, left);
    const fell = await broken({ target, run, loss, rank, starts }, left);
    left = left.filter((_, n) => !fell[n]);
  }
  return left;
}

function inBatches(rows: readonly number[]): number[][] {
  const count = Math.ceil(rows.length / BATCH);
  return Array.from({ length: count }, (_, n) => rows.slice(n * BATCH, (n + 1) * BATCH));
}

/**
 * What stands after each of the two attacks in the lab, from the very starts that the reference draws
 * with the run's seed: a bitmap each, 1 = it stands.
 */
export async function replayed(target: AttackTarget, run: ReferenceRun): Promise<Stands> {
  const stands = { 'apgd-ce': '', 'apgd-t': '' };
  let left = Array.from(run.clean_bitmap).flatMap((bit, row) => (bit === '1' ? [row] : []));
  for (const kind of APGD_KINDS) {
    const after: number[] = [];
    for (const batch of inBatches(left))
      after.push(...(await attacked({ target, run }, kind, batch)));
    left = after;
    const kept = new Set(left);
    stands[kind] = bitmapOf(Array.from(run.clean_bitmap, (_, row) => kept.has(row)));
  }
  return stands;
}
