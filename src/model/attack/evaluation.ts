import type { AttackEntry, AttackKind } from './kinds.ts';
import type { AttackPlan } from './plan.ts';
import type { Verdict } from './verdict.ts';

/** Cost of an attack so far: passes, each counted once per image in it. */
export interface Passes {
  readonly forward: number;
  readonly backward: number;
}

/** Counts of gradients that may give an attack no direction. */
export interface GradientCounts {
  /** Gradients computed. */
  readonly all: number;
  /** Those that were 0 in every entry. */
  readonly zero: number;
  /** Those whose true size is below float32's smallest normal number (they were scaled up). */
  readonly subnormal: number;
  /** Those with an entry that was not finite; such entries count as 0. */
  readonly notFinite: number;
}

/** Results of one attack of the list. */
export interface AttackTally {
  readonly kind: AttackKind;
  /** Images attacked. */
  readonly attacked: number;
  /** Images broken, as verified by the evaluation. */
  readonly broken: number;
  /** Images reported as broken that are not. */
  readonly refused: number;
  /** Images that had to be projected back into the ball or the box. */
  readonly projected: number;
  readonly passes: Passes;
  readonly gradients: GradientCounts;
}

/** The net that is attacked: a run of the lab, or a net that was opened. */
export interface AttackSubject {
  readonly kind: 'run' | 'net';
  readonly id: string;
}

/** Progress of an evaluation. */
export interface EvaluationProgress {
  /** Place of the attack in the list; null while clean images are classified. */
  readonly attack: number | null;
  /** Images finished by the attack, and their total. */
  readonly done: number;
  readonly of: number;
  /** Images under attack now, and those that the attack broke so far. */
  readonly running: number;
  readonly broken: number;
  /** Passes of this attack in this job. */
  readonly passes: Passes;
  /** Compute time in seconds over all sessions. */
  readonly seconds: number;
}

/** One automatic check of whether a robust accuracy can be trusted. */
export interface TrustCheck {
  readonly id: string;
  readonly state: 'pass' | 'fail' | 'not-run';
  /** Short title of the check. */
  readonly title: string;
  /** The result with its numbers, or why it was not run. */
  readonly sentence: string;
}

/** Robust accuracy at one radius. */
export interface CurvePoint {
  readonly eps: number;
  /** Images that stand, of all. */
  readonly standing: number;
  readonly of: number;
}

/**
 * Robust accuracy against the radius: an image broken at one radius counts as broken at all larger
 * ones.
 */
export interface RadiusCurve {
  readonly attack: AttackEntry;
  readonly points: readonly CurvePoint[];
  /** Requested radii not computed because the curve was stopped; absent when it is complete. */
  readonly left?: readonly number[];
}

/** An evaluation as stored: running, stopped or finished. */
export interface EvaluationRecord {
  readonly id: string;
  readonly subject: AttackSubject & {
    readonly name: string;
    /** Identity of what it computes (`netIdentity`); of an earlier version of the lab without prefix. */
    readonly hash: string;
  };
  readonly plan: AttackPlan;
  /** Identity of the images (`imagesIdentity`); of an earlier version of the lab without prefix. */
  readonly data: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly changed: number;
  readonly backend: string;
  /** One per image, in the plan's order; empty before the clean images are classified. */
  readonly verdicts: readonly Verdict[];
  /** One per attack of the list; attacks not started are missing. */
  readonly tallies: readonly AttackTally[];
  /** Seconds of computing, all sessions together. */
  readonly seconds: number;
  /** Compute time of each attack, parallel to `tallies`. */
  readonly attackSeconds?: readonly number[];
  readonly finished: boolean;
  /** Null before the card was requested. */
  readonly trust: readonly TrustCheck[] | null;
  /** {@link attacksDone} when the card was computed; if it differs now, the card is out of date. */
  readonly trustAfter?: number;
  /** Null before it was requested. */
  readonly curve: RadiusCurve | null;
  /** Names of the images' classes. */
  readonly classes: readonly string[];
}

/** Number of finished attacks on single images; grows as an evaluation proceeds. */
export function attacksDone({ verdicts }: Pick<EvaluationRecord, 'verdicts'>): number {
  return verdicts.reduce((sum, { attacks }) => sum + attacks, 0);
}
