import { measure, type Asking } from './apgd-run.ts';
import type { AttackBatch } from './batch.ts';
import { attackStream, drawNormal, drawUniform, type Draw } from './rng.ts';
import { attackLanes, type LaneImage, type LaneOutcome } from './lane-attack.ts';
import type { Lane, LanesProgress } from './lanes.ts';
import { byFallingLogit, firstLargest, lossFor, lossValue, type LossName } from './losses.ts';
import type { AttackTarget } from './target.ts';
import { checkThreat, lengthOf, project, stepped, type ThreatModel } from './threat-model.ts';
import { workspace } from './workspace.ts';

/** Settings of PGD; FGSM is one step of size ε from the clean image. */
export interface PgdSettings extends ThreatModel {
  readonly steps: number;
  readonly stepSize: number;
  readonly restarts: number;
  /** From where each restart starts; more than one restart needs random ones (ℓ2: uniform lengths). */
  readonly start: 'random' | 'clean';
  /** `ce-targeted` and `dlr-targeted` go towards each of the `targets` likeliest other classes. */
  readonly loss: LossName;
  readonly targets: number;
  /** Whether any misclassified iterate counts, or only the last one. */
  readonly counts: 'any' | 'last';
  /** Called with the state of each image (by its index in the set) at every step. */
  readonly watch?: (image: number, state: PgdState) => void;
}

/** State after a step; step 0 is the start. */
export interface PgdState {
  readonly restart: number;
  readonly step: number;
  readonly loss: number;
  readonly wrong: boolean;
  readonly point: Float32Array;
}

/** Madry et al.'s PGD: 40 steps of ε/10 by cross-entropy, from a random start. */
export function pgdDefaults(threat: ThreatModel): PgdSettings {
  const walk = { steps: 40, stepSize: threat.eps / 10, restarts: 1, start: 'random' } as const;
  return { ...threat, ...walk, loss: 'ce', targets: 1, counts: 'any' };
}

/**
 * FGSM: one step of size ε from the clean image.
 *
 * @see Goodfellow et al. 2015, "Explaining and harnessing adversarial examples".
 */
export function fgsmDefaults(threat: ThreatModel): PgdSettings {
  return { ...pgdDefaults(threat), steps: 1, stepSize: threat.eps, start: 'clean', counts: 'last' };
}

/**
 * What is uniform over an ℓ2 ball: its `points`, nearly all of which lie near the sphere, or the
 * `lengths`, as in common PGD code (Torchattacks' `PGDL2`), which starts nearer the image.
 */
export type UniformOver = 'points' | 'lengths';

/** Uniform in the ball of radius ε (ℓ∞, ℓ2), or normal noise projected to it (ℓ1). */
export function randomInBall(
  { norm, eps, uniform }: ThreatModel & { readonly uniform: UniformOver },
  clean: Float32Array,
  draw: Draw,
): Float32Array {
  const threat = { norm, eps };
  const n = clean.length;
  const noise = norm === 'linf' ? drawUniform(draw, n) : drawNormal(draw, n + 2);
  // Two normal numbers give a uniform u (Box–Muller): the length, or u^(1/n) for uniform points.
  const root = uniform === 'points' ? n : 1;
  const radius = norm === 'l2' ? Math.exp(-(noise[n]! ** 2 + noise[n + 1]! ** 2) / 2 / root) : 1;
  const factor = {
    linf: eps,
    l2: (eps * radius) / Math.max(lengthOf('l2', noise.subarray(0, n)), 1e-12),
    l1: 1,
  }[norm];
  const start = Float64Array.from(clean, (one, at) => one + factor * noise[at]!);
  project(threat, start, clean);
  return new Float32Array(start);
}

interface Attempt {
  readonly settings: PgdSettings;
  readonly loss: LossName;
  readonly target: number | undefined;
  readonly restart: number;
}

function startOf({ clean, seed, index }: LaneImage, { settings, restart }: Attempt): Float32Array {
  if (settings.start === 'clean') return clean;
  const stream = attackStream('pgd');
  const ball = { ...settings, uniform: 'lengths' } as const;
  return randomInBall(ball, clean, { seed, image: index, stream, restart, step: 0 });
}

/** One restart: the misclassified point that counts, and its step. */
function* pgdRun(
  image: LaneImage,
  attempt: Attempt,
): Asking<{ point: Float32Array; step: number } | null> {
  const { settings, loss, target, restart } = attempt;
  const classes = { label: image.label, ...(target !== undefined && { target }) };
  let point = startOf(image, attempt);
  for (let step = 0; step < settings.steps; step++) {
    const now = yield* measure({ loss, classes, eot: 1 }, point);
    const { rank, wrong } = now;
    settings.watch?.(image.index, { restart, step, loss: lossValue(loss, rank), wrong, point });
    if (wrong && settings.counts === 'any') return { point, step };
    const move = { from: point, gradient: now.gradient, size: settings.stepSize };
    const next = stepped(settings.norm, move, workspace(point.length));
    project(settings, next, image.clean);
    point = new Float32Array(next);
  }
  const { logits } = yield { point };
  return firstLargest(logits) === image.label ? null : { point, step: settings.steps };
}

function* attackImage(settings: PgdSettings, image: LaneImage, logits: Float32Array): Lane {
  const loss = lossFor(settings.loss, logits.length);
  const others = byFallingLogit(logits).slice(1, 1 + settings.targets);
  const targets = loss.endsWith('-targeted') ? others : [undefined];
  let restart = 0;
  for (const target of targets) {
    for (let again = 0; again < settings.restarts; again++, restart++) {
      const found = yield* pgdRun(image, { settings, loss, target, restart });
      if (found === null) continue;
      const by = { restart, step: found.step, ...(target !== undefined && { target }) };
      return { image: found.point, by };
    }
  }
  return null;
}

/**
 * PGD on a batch: equal steps up the loss, each projected. Images that are misclassified from the
 * start are skipped; any misclassification breaks an image, targeted or not. Yields after each
 * step; to stop, end the iteration.
 *
 * @throws RangeError when ε is not a radius.
 * @see Madry et al. 2018, "Towards deep learning models resistant to adversarial attacks".
 */
export async function* pgd(
  target: AttackTarget,
  batch: AttackBatch,
  settings: PgdSettings,
): AsyncGenerator<LanesProgress, LaneOutcome, undefined> {
  checkThreat(settings);
  return yield* attackLanes(target, batch, (image, logits) => attackImage(settings, image, logits));
}
