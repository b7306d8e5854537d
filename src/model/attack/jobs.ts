import type { AttackEntry } from './kinds.ts';
import type { AttackPlan } from './plan.ts';
import type {
  AttackSubject,
  AttackTally,
  CurvePoint,
  EvaluationProgress,
  EvaluationRecord,
  TrustCheck,
} from './evaluation.ts';
import type { Verdict } from './verdict.ts';

/** What is new in an evaluation since the event before. */
export interface AttackEvent {
  readonly progress: EvaluationProgress;
  /** Verdicts that changed, by their places in the record. */
  readonly changed: readonly (readonly [number, Verdict])[];
  readonly tallies: readonly AttackTally[];
  /** Seconds of each attack so far. */
  readonly attackSeconds: readonly number[];
}

/** Images of some images of an evaluation, [m, H, W, C] in [0, 1]. */
export interface AttackImagePixels {
  readonly shape: readonly [number, number, number];
  readonly clean: Float32Array;
  /** The adversarial image, or the clean one where the image was not broken. */
  readonly adversarial: Float32Array;
}

/** One step of an attack on one image. */
export interface TrajectoryStep {
  readonly restart: number;
  readonly step: number;
  /** The loss that the attack makes larger, and the best so far; null where it has none. */
  readonly loss: number | null;
  readonly best: number | null;
  /** The step size that the next step uses; null where steps have none. */
  readonly size: number | null;
  /** Whether the step size was halved here (ℓ1: whether the attack went back to its best point). */
  readonly halved: boolean;
  readonly wrong: boolean;
  readonly prediction: number;
  /** z_y − max_{c≠y} z_c. */
  readonly margin: number;
}

/** The way of an attack over one image, taken again: the same steps as in the evaluation. */
export interface AttackTrajectory {
  readonly attack: AttackEntry;
  readonly shape: readonly [number, number, number];
  readonly clean: Float32Array;
  readonly steps: readonly TrajectoryStep[];
  /** Steps whose points are kept (long ways are thinned out), rising. */
  readonly kept: readonly number[];
  /** [kept, H, W, C]. */
  readonly points: Float32Array;
}

/** An image of a person's own, drawn or dropped, that was attacked. */
export interface OwnImageResult {
  readonly verdict: Verdict;
  readonly logits: readonly number[];
  readonly adversarial: Float32Array;
  readonly path: AttackTrajectory | null;
}

/** Files of an evaluation, to be saved. */
export interface EvaluationFiles {
  /** Clean and adversarial images, labels and places, as numpy.load reads them. */
  readonly npz: Blob;
}

/** How far a trust card is. */
export interface TrustEvent {
  /** Checks that are done, and all. */
  readonly done: number;
  readonly of: number;
  /** The check under way. */
  readonly title: string;
  readonly checks: readonly TrustCheck[];
}

/** Jobs on evaluations. They live in the browser's storage. */
export interface AttackJobs {
  /** All evaluations that are kept, oldest first. */
  evaluations: { input: null; event: never; result: readonly EvaluationRecord[] };
  /**
   * Makes an evaluation of a net as it is now; refused, by the field of the plan, when net, images
   * and plan do not fit each other.
   */
  'evaluation-create': {
    input: { readonly id: string; readonly subject: AttackSubject; readonly plan: AttackPlan };
    event: never;
    result: EvaluationRecord;
  };
  /** Goes on with an evaluation to its end. Aborting it keeps what it has found. */
  attack: { input: { readonly id: string }; event: AttackEvent; result: EvaluationRecord };
  /** Marks as deleted (can be undone until `evaluation-purge`), or brings back. */
  'evaluation-delete': {
    input: { readonly id: string; readonly deleted: boolean };
    event: never;
    result: null;
  };
  /** Removes the evaluations that were deleted at least `age` milliseconds ago from the storage. */
  'evaluation-purge': { input: { readonly age: number }; event: never; result: null };
  'attack-images': {
    input: { readonly id: string; readonly rows: readonly number[] };
    event: never;
    result: AttackImagePixels;
  };
  /** Takes one attack of the list on one image again, and tells its way. */
  'attack-trajectory': {
    input: { readonly id: string; readonly row: number; readonly attack: number };
    event: { readonly steps: number };
    result: AttackTrajectory;
  };
  /** Robust accuracy at several radii; kept with the evaluation, also when it is stopped on the way. */
  'attack-curve': {
    input: {
      readonly id: string;
      readonly radii: readonly number[];
      readonly attack: AttackEntry;
    };
    event: { readonly points: readonly CurvePoint[]; readonly done: number; readonly of: number };
    result: EvaluationRecord;
  };
  /** The trust card; kept with the evaluation. */
  trust: {
    input: { readonly id: string };
    event: TrustEvent;
    result: EvaluationRecord;
  };
  /** Attacks an image [H, W, C] in [0, 1] of the net's own size; `label` null takes the answer. */
  'attack-image': {
    input: {
      readonly subject: AttackSubject;
      readonly plan: AttackPlan;
      readonly image: Float32Array;
      readonly label: number | null;
    };
    event: EvaluationProgress;
    result: OwnImageResult;
  };
  /** What the page needs to know of a net before it is attacked. */
  'attack-subject': {
    input: AttackSubject;
    event: never;
    result: {
      readonly shape: readonly [number, number, number];
      readonly classes: number;
      /** Identity of the net as it is now. */
      readonly hash: string;
      /** Identities that earlier versions of the lab would have given to it. */
      readonly formerHashes: readonly string[];
    };
  };
  'evaluation-files': { input: { readonly id: string }; event: never; result: EvaluationFiles };
}
