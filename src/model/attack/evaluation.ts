import type { AttackEntry, AttackKind } from './kinds.ts';
import type { AttackPlan } from './plan.ts';
import type { Verdict } from './verdict.ts';

/** What an attack has cost so far: passes, each counted once for each image in it. */
export interface Passes {
  readonly forward: number;
  readonly backward: number;
}

/** Gradients that give an attack no direction. */
export interface GradientCounts {
  /** Gradients asked for. */
  readonly all: number;
  /** Those that were 0 in every entry. */
  readonly zero: number;
  /** Those whose true size is below float32's smallest normal number (they were scaled up). */
  readonly subnormal: number;
  /** Those with an entry that was not finite; such entries count as 0. */
  readonly notFinite: number;
}

/** What one attack of the list has done. */
export interface AttackTally {
  readonly kind: AttackKind;
  /** Images that it was let loose on. */
  readonly attacked: number;
  /** Images that it broke, counted by the evaluation. */
  readonly broken: number;
  /** Images that it said to be broken and that are not. */
  readonly refused: number;
  /** Images that had to be put back into the ball or the box. */
  readonly projected: number;
  readonly passes: Passes;
  readonly gradients: GradientCounts;
}

/** The net that is attacked: a run of the lab, or a net that was opened. */
export interface AttackSubject {
  readonly kind: 'run' | 'net';
  readonly id: string;
}

/** How far an evaluation is. */
export interface EvaluationProgress {
  /** Place of the attack in the list; null while clean images are classified. */
  readonly attack: number | null;
  /** Images that the attack is done with, and all that it is for. */
  readonly done: number;
  readonly of: number;
  /** Images under attack now, and those that the attack broke so far. */
  readonly running: number;
  readonly broken: number;
  /** Passes of this attack in this job. */
  readonly passes: Passes;
  /** Seconds of computing, all sessions together. */
  readonly seconds: number;
}

/** One automatic check of whether a robust accuracy can be trusted. */
export interface TrustCheck {
  readonly id: string;
  readonly state: 'pass' | 'fail' | 'not-run';
  /** What was checked, in a few words. */
  readonly title: string;
  /** What was found, with its numbers, or why it was not run. */
  readonly sentence: string;
}

/** Robust accuracy at one radius. */
export interface CurvePoint {
  readonly eps: number;
  /** Images that are right and stand, of all. */
  readonly standing: number;
  readonly of: number;
}

/** Robust accuracy against the radius: an image that falls at one radius falls at all larger ones. */
export interface RadiusCurve {
  readonly attack: AttackEntry;
  readonly points: readonly CurvePoint[];
  /** Radii that were wanted too, of a curve that was stopped before them; absent when it is whole. */
  readonly left?: readonly number[];
}

/** An evaluation as it is kept: under way, ended early, or finished. */
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
  /** One beside each image, in the plan's order; empty before the clean images are classified. */
  readonly verdicts: readonly Verdict[];
  /** One beside each attack of the list; attacks not begun are missing. */
  readonly tallies: readonly AttackTally[];
  /** Seconds of computing, all sessions together. */
  readonly seconds: number;
  /** Of them those of each attack, beside `tallies`. */
  readonly attackSeconds?: readonly number[];
  readonly finished: boolean;
  /** Null before the card was asked for. */
  readonly trust: readonly TrustCheck[] | null;
  /** {@link attacksDone} when the card was made; where it is another now, the card is out of date. */
  readonly trustAfter?: number;
  /** Null before it was asked for. */
  readonly curve: RadiusCurve | null;
  /** Names of the images' classes. */
  readonly classes: readonly string[];
}

/** How many attacks on single images are done: grows as an evaluation goes on. */
export function attacksDone({ verdicts }: Pick<EvaluationRecord, 'verdicts'>): number {
  return verdicts.reduce((sum, { attacks }) => sum + attacks, 0);
}
