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

/** Changes of an evaluation since the previous event. */
export interface AttackEvent {
  readonly progress: EvaluationProgress;
  /** Changed verdicts by their rows in the record. */
  readonly changed: readonly (readonly [number, Verdict])[];
  readonly tallies: readonly AttackTally[];
  /** Seconds of each attack so far. */
  readonly attackSeconds: readonly number[];
}

/** Clean and adversarial images of an evaluation, [m, H, W, C] in [0, 1]. */
export interface AttackImagePixels {
  readonly shape: readonly [number, number, number];
  readonly clean: Float32Array;
  /** The adversarial image, or the clean one if the image was not broken. */
  readonly adversarial: Float32Array;
}

/** One step of an attack on one image. */
export interface TrajectoryStep {
  readonly restart: number;
  readonly step: number;
  /** The loss maximized by the attack, and the best so far; null if it has none. */
  readonly loss: number | null;
  readonly best: number | null;
  /** Size of the next step; null if steps have none. */
  readonly size: number | null;
  /** Whether the step size was halved here (ℓ1: whether the attack went back to its best point). */
  readonly halved: boolean;
  readonly wrong: boolean;
  readonly prediction: number;
  /** z_y − max_{c≠y} z_c. */
  readonly margin: number;
}

/**
 * The trajectory of an attack on one image, recomputed with the same steps as in the evaluation.
 */
export interface AttackTrajectory {
  readonly attack: AttackEntry;
  readonly shape: readonly [number, number, number];
  readonly clean: Float32Array;
  readonly steps: readonly TrajectoryStep[];
  /** Steps whose points are kept (long trajectories are thinned out), increasing. */
  readonly kept: readonly number[];
  /** [kept, H, W, C]. */
  readonly points: Float32Array;
}

/** Result of an attack on the user's own image, drawn or from a file. */
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

/** Progress of a trust card. */
export interface TrustEvent {
  /** Finished checks, and their total. */
  readonly done: number;
  readonly of: number;
  /** The running check. */
  readonly title: string;
  readonly checks: readonly TrustCheck[];
}

/** Jobs on evaluations. They live in the browser's storage. */
export interface AttackJobs {
  /** All stored evaluations, oldest first. */
  evaluations: { input: null; event: never; result: readonly EvaluationRecord[] };
  /**
   * Creates an evaluation of the current net; fails with the plan's field when net, images and plan
   * are incompatible.
   */
  'evaluation-create': {
    input: { readonly id: string; readonly subject: AttackSubject; readonly plan: AttackPlan };
    event: never;
    result: EvaluationRecord;
  };
  /** Runs or resumes an evaluation to its end. Aborting it keeps its results so far. */
  attack: { input: { readonly id: string }; event: AttackEvent; result: EvaluationRecord };
  /** Marks as deleted (can be undone until `evaluation-purge`), or restores. */
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
  /** Recomputes one attack of the list on one image and returns its trajectory. */
  'attack-trajectory': {
    input: { readonly id: string; readonly row: number; readonly attack: number };
    event: { readonly steps: number };
    result: AttackTrajectory;
  };
  /**
   * Robust accuracy at several radii; stored with the evaluation, even when it is stopped early.
   */
  'attack-curve': {
    input: {
      readonly id: string;
      readonly radii: readonly number[];
      readonly attack: AttackEntry;
    };
    event: { readonly points: readonly CurvePoint[]; readonly done: number; readonly of: number };
    result: EvaluationRecord;
  };
  /** The trust card; stored with the evaluation. */
  trust: {
    input: { readonly id: string };
    event: TrustEvent;
    result: EvaluationRecord;
  };
  /**
   * Attacks an image [H, W, C] in [0, 1] of the net's own size; `label` null uses the prediction.
   */
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
  /** Properties of a net that the page needs before an attack. */
  'attack-subject': {
    input: AttackSubject;
    event: never;
    result: {
      readonly shape: readonly [number, number, number];
      readonly classes: number;
      /** Identity of the current net. */
      readonly hash: string;
      /** Its identities as computed by earlier versions of the lab. */
      readonly formerHashes: readonly string[];
    };
  };
  'evaluation-files': { input: { readonly id: string }; event: never; result: EvaluationFiles };
}
