import type { AttackEntry, AttackKind } from '../model/attack/kinds.ts';
import { apgd, apgdDefaults, type ApgdKind } from './apgd.ts';
import type { AttackBatch } from './batch.ts';
import { fabT } from './fab.ts';
import { fabDefaults } from './fab-types.ts';
import type { LaneOutcome } from './lane-attack.ts';
import type { LanesProgress } from './lanes.ts';
import { noise } from './noise.ts';
import { fgsmDefaults, pgd, pgdDefaults } from './pgd.ts';
import { square, squareDefaults } from './square.ts';
import type { AttackTarget } from './target.ts';
import type { ThreatModel } from './threat-model.ts';

/** A running attack: yields after each step; leaving the iteration ends it. */
export type AttackSteps = AsyncGenerator<LanesProgress, LaneOutcome, undefined>;

/** A step of an attack on one image, as far as the attack has such numbers. */
export interface WatchedStep {
  readonly restart: number;
  readonly step: number;
  readonly loss?: number;
  readonly best?: number;
  readonly size?: number;
  readonly halved?: boolean;
}

/** Input of an attack of a list. */
export interface AttackJob<K extends AttackKind = AttackKind> {
  readonly target: AttackTarget;
  readonly batch: AttackBatch;
  readonly threat: ThreatModel;
  readonly entry: AttackEntry<K>;
  /** Called for each step of every attack except noise, after its query. */
  readonly watch?: (step: WatchedStep) => void;
}

/** An observer for attacks that know indices only: their states hold other kinds of numbers. */
function watchingPlaces({ watch }: Pick<AttackJob, 'watch'>): {
  watch?: (image: number, step: WatchedStep) => void;
} {
  return watch ? { watch: (_image, { restart, step }) => watch({ restart, step }) } : {};
}

/** An observer in the form that attacks take, which also names the image. */
function watching({ watch }: Pick<AttackJob, 'watch'>): {
  watch?: (image: number, step: WatchedStep) => void;
} {
  return watch ? { watch: (_image, step) => watch(step) } : {};
}

function startApgd(job: AttackJob<ApgdKind>): AttackSteps {
  const { target, batch, threat, entry } = job;
  return apgd(target, batch, { ...apgdDefaults(entry.kind, threat), ...entry, ...watching(job) });
}

/** FAB and Square are for the norms whose projections they have. */
function ballOf({ norm, eps }: ThreatModel, kind: string): { norm: 'linf' | 'l2'; eps: number } {
  if (norm === 'l1')
    throw new RangeError(`attacks: ${kind} is not for l1; take APGD, which is, or another norm.`);
  return { norm, eps };
}

function startPgd(job: AttackJob<'pgd'>): AttackSteps {
  const { target, batch, threat, entry } = job;
  const stepSize = entry.relativeStep * threat.eps;
  return pgd(target, batch, { ...pgdDefaults(threat), ...entry, stepSize, ...watching(job) });
}

/** How each kind of attack starts; a kind without an entry does not compile. */
const START: { readonly [K in AttackKind]: (job: AttackJob<K>) => AttackSteps } = {
  'apgd-ce': startApgd,
  'apgd-dlr': startApgd,
  'apgd-t': startApgd,
  'fab-t': (job) => {
    const { target, batch, threat, entry } = job;
    const { iterations, restarts, targets } = entry;
    const defaults = fabDefaults(ballOf(threat, 'fab-t'));
    const ranks = Array.from({ length: targets }, (_, at) => at + 2);
    const places = watchingPlaces(job);
    return fabT(target, batch, { ...defaults, iterations, restarts, ranks, ...places });
  },
  square: (job) => {
    const { target, batch, threat, entry } = job;
    const { queries, share, restarts } = entry;
    const defaults = squareDefaults(ballOf(threat, 'square'));
    const places = watchingPlaces(job);
    return square(target, batch, { ...defaults, queries, share, restarts, ...places });
  },
  fgsm: (job) => {
    const { target, batch, threat } = job;
    return pgd(target, batch, { ...fgsmDefaults(threat), ...watching(job) });
  },
  pgd: startPgd,
  noise: ({ target, batch, threat, entry: { tries } }) =>
    noise(target, batch, { ...threat, tries }),
};

/**
 * Starts an attack of a list on a batch.
 *
 * @throws RangeError when the attack is not for the norm, or ε is not a radius.
 */
export function startAttack(job: AttackJob): AttackSteps {
  const start = START[job.entry.kind] as (one: AttackJob) => AttackSteps;
  return start(job);
}
