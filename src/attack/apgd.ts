import { apgdL1Run } from './apgd-l1.ts';
import { apgdRun, type ApgdRun, type ApgdState } from './apgd-run.ts';
import type { AttackBatch } from './batch.ts';
import { attackStream, drawNormal, drawUniform, type Draw } from './rng.ts';
import { attackLanes, type LaneImage, type LaneOutcome } from './lane-attack.ts';
import type { Lane, LanesProgress } from './lanes.ts';
import { byFallingLogit, lossFor, type LossName } from './losses.ts';
import type { AttackTarget } from './target.ts';
import { checkThreat, onSphere, type ThreatModel } from './threat-model.ts';

/** APGD by its loss: cross-entropy, DLR, or targeted DLR towards one class after the other. */
export type ApgdKind = 'apgd-ce' | 'apgd-dlr' | 'apgd-t';

/** Settings of APGD. */
export interface ApgdSettings extends ThreatModel {
  readonly kind: ApgdKind;
  readonly iterations: number;
  /** Each from its own random start; for APGD-T for each target. */
  readonly restarts: number;
  /** APGD-T's number of target classes; no more than classes − 1 are used. */
  readonly targets: number;
  /** Share of rising steps below which the step is halved. */
  readonly rho: number;
  /** Gradients averaged at each point: more than 1 for nets that draw random numbers. */
  readonly eot: number;
  readonly start: 'random' | 'clean';
  /** Whether an image is dropped once it is broken: the same flags, sooner. */
  readonly untilBroken: boolean;
  /** Called with the state of each image (by its index in the set) at every step. */
  readonly watch?: (image: number, state: ApgdState & { readonly restart: number }) => void;
}

const LOSS_OF: Readonly<Record<ApgdKind, LossName>> = {
  'apgd-ce': 'ce',
  'apgd-dlr': 'dlr',
  'apgd-t': 'dlr-targeted',
};

/** The reference's defaults: 100 iterations, ρ 0.75, one restart, 9 targets. */
export function apgdDefaults(kind: ApgdKind, threat: ThreatModel): ApgdSettings {
  const steps = { iterations: 100, restarts: 1, targets: 9, rho: 0.75, eot: 1 };
  return { ...threat, kind, ...steps, start: 'random', untilBroken: true };
}

/**
 * A random start: on the sphere for ℓ∞ and ℓ2; for ℓ1 normal noise of variance 1, which the run
 * projects.
 */
function randomStart(threat: ThreatModel, clean: Float32Array, draw: Draw): Float32Array {
  const count = clean.length;
  if (threat.norm === 'linf') return floats(onSphere(threat, clean, drawUniform(draw, count)));
  const normal = drawNormal(draw, count);
  if (threat.norm === 'l2') return floats(onSphere(threat, clean, normal));
  return floats(normal.map((one, at) => clean[at]! + one));
}

function floats(values: Float64Array): Float32Array {
  return new Float32Array(values);
}

/**
 * The target classes: those with the largest clean logits after the true class; [undefined] when
 * untargeted.
 */
function targetsOf(loss: LossName, logits: Float32Array, count: number): (number | undefined)[] {
  if (loss !== 'dlr-targeted') return [undefined];
  // The image is right, so its own class is the first.
  return byFallingLogit(logits).slice(1, 1 + Math.min(count, logits.length - 1));
}

interface Attempt {
  readonly settings: ApgdSettings;
  readonly loss: LossName;
  readonly target: number | undefined;
  readonly restart: number;
}

function runOf({ clean, label, seed, index }: LaneImage, attempt: Attempt): ApgdRun {
  const { settings, loss, target, restart } = attempt;
  const { norm, eps, iterations, rho, eot, untilBroken, watch } = settings;
  const threat = { norm, eps };
  const draw = { seed, image: index, stream: attackStream(settings.kind), restart, step: 0 };
  return {
    threat,
    loss,
    clean,
    iterations,
    rho,
    eot,
    untilBroken,
    classes: { label, ...(target !== undefined && { target }) },
    start: settings.start === 'clean' ? clean : randomStart(threat, clean, draw),
    ...(watch && { watch: (state: ApgdState) => watch(index, { ...state, restart }) }),
  };
}

/** Runs from all starts towards all targets, until one of them breaks the image. */
function* attackImage(settings: ApgdSettings, image: LaneImage, logits: Float32Array): Lane {
  const loss = lossFor(LOSS_OF[settings.kind], logits.length);
  const runs = settings.norm === 'l1' ? apgdL1Run : apgdRun;
  let restart = 0;
  for (const target of targetsOf(loss, logits, settings.targets)) {
    for (let again = 0; again < settings.restarts; again++, restart++) {
      const { adversarial } = yield* runs(runOf(image, { settings, loss, target, restart }));
      if (adversarial === null) continue;
      const { point, step } = adversarial;
      return { image: point, by: { restart, step, ...(target !== undefined && { target }) } };
    }
  }
  return null;
}

/**
 * APGD on a batch: steps of falling size with momentum, halved where the loss stops rising. Images
 * that are misclassified from the start are skipped. With fewer classes than its loss needs it
 * takes untargeted DLR (3 classes) or the margin (2). Yields after each step; to stop, end the
 * iteration.
 *
 * @throws RangeError when ε is not a radius.
 * @see Croce & Hein 2020 and the reference's APGDAttack, APGDAttack_targeted.
 */
export async function* apgd(
  target: AttackTarget,
  batch: AttackBatch,
  settings: ApgdSettings,
): AsyncGenerator<LanesProgress, LaneOutcome, undefined> {
  checkThreat(settings);
  return yield* attackLanes(target, batch, (image, logits) => attackImage(settings, image, logits));
}
