import type { Experiment, RunEdit } from './experiment.ts';
import type { NetSummary } from '../net/net.ts';

/** A layer whose norms a run records: every conv and dense layer of the net, in its order. */
export interface RunLayer {
  /** Name in the net's description. */
  readonly name: string;
  readonly kind: 'conv' | 'dense';
  /** [out, in/groups, k1, k2], or [out, in] for a dense layer. */
  readonly weightShape: readonly number[];
}

/** How many of the first test images stood PGD (see `robustAttackOf` for its settings). */
export interface RobustCount {
  readonly correct: number;
  readonly count: number;
}

/** What is known of one epoch once it is over and the test images were classified. */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  /** Steps taken by its end, counted from the beginning of the run. */
  readonly step: number;
  /** Means over the epoch's steps, measured while the weights were changing. */
  readonly trainLoss: number;
  readonly trainCorrect: number;
  readonly trainCount: number;
  /** On the test images, BatchNorm in inference mode. */
  readonly testLoss: number;
  readonly testCorrect: number;
  readonly testCount: number;
  /** Null where the document asks for none after this epoch, or the net’s answers are no numbers. */
  readonly robust: RobustCount | null;
  /** Time of its steps and of the test, in seconds. */
  readonly seconds: number;
}

/**
 * A part of a run's history, or all of it (`from` 0): columns of numbers, one entry a step, and from
 * which entry on they go. Step n is entry n − 1.
 */
export interface StepColumns {
  readonly from: number;
  /** Mean loss of the batch, before the step. */
  readonly loss: Float64Array;
  /**
   * Images of the batch that were classified rightly, and their number: the adversarial ones with
   * PGD-AT, else the clean ones.
   */
  readonly correct: Float64Array;
  readonly count: Float64Array;
  readonly learningRate: Float64Array;
  /** Time of the step; the first one holds the compilation of kernels. */
  readonly milliseconds: Float64Array;
}

/**
 * Exact norms of all layers (see {@link RunLayer}), one row a record: entry r·layers + k belongs to
 * layer k. `step` says after how many steps a row was measured; row 0 is of the initial weights.
 */
export interface NormColumns {
  readonly from: number;
  readonly step: Float64Array;
  readonly l1: Float64Array;
  readonly linf: Float64Array;
}

/** History of a run from some place on: what the page appends to what it has. */
export interface HistoryPart {
  readonly steps: StepColumns;
  readonly norms: NormColumns;
  readonly epochs: { readonly from: number; readonly rows: readonly EpochRecord[] };
}

/** How many steps, norm records and epochs a reader has already. */
export interface HistoryPlace {
  readonly steps: number;
  readonly norms: number;
  readonly epochs: number;
}

/**
 * What a run is doing. `compiling` is the first step after a start, `attacking` the search for a
 * batch's adversarial images before its step.
 */
export type RunPhase = 'preparing' | 'compiling' | 'attacking' | 'training' | 'testing' | 'saving';

/** Where a run is. */
export interface RunProgress {
  readonly phase: RunPhase;
  /** Steps taken. */
  readonly step: number;
  readonly steps: number;
  /** Epoch under way, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps that the last checkpoint holds; null before the first. */
  readonly savedStep: number | null;
  /** Tensors that are alive: none between two steps. */
  readonly tensors: number;
  /** Bytes of these, and of the run's own arrays: weights, momentum, h, images. */
  readonly bytes: number;
}

/** A graphics device that was lost and opened anew by itself: the step under way was taken again. */
export interface Restart {
  /** Steps that had been taken. */
  readonly step: number;
  /** What the device said: a sentence for the reader. */
  readonly message: string;
}

/** Sent at most 20 times a second: all history since the event before. */
export interface TrainEvent {
  readonly progress: RunProgress;
  readonly history: HistoryPart;
  /** The last restart since this start; absent where there was none. */
  readonly restarted?: Restart;
}

/** How what computes can fail. */
export const DEVICE_FAILURES = [
  'device-lost',
  'out-of-memory',
  'hung-queue',
  'device-error',
] as const;
export type DeviceFailure = (typeof DEVICE_FAILURES)[number];

/** Why a run does not go on. */
export type RunEnd =
  | { readonly kind: 'finished' }
  /** The asked-for steps are done, or a person stopped it; it can go on. */
  | { readonly kind: 'paused' }
  /** Loss or weights are not numbers any more. */
  | { readonly kind: 'not-finite'; readonly step: number; readonly message: string }
  /** The backend or the storage failed. */
  | {
      readonly kind: 'failed';
      readonly code: DeviceFailure | 'storage-full' | 'storage';
      readonly message: string;
    };

/** How a run ended for now, with the history that no event has told yet. */
export interface TrainResult extends TrainEvent {
  readonly end: RunEnd;
}

/** What a person calls a run; kept beside it. */
export interface RunLabels {
  readonly name: string;
  readonly note: string;
  /** Place among the colours for runs, from 0. */
  readonly color: number;
}

/** A run in the list. */
export interface RunSummary {
  readonly id: string;
  readonly labels: RunLabels;
  /** The document, its edits included. */
  readonly experiment: Experiment;
  readonly layers: readonly RunLayer[];
  /** Trainable numbers of the net. */
  readonly parameters: number;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly changed: number;
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  /** How it ended last; null for one that was never paused (the page was closed while it ran). */
  readonly end: RunEnd | null;
  /** The last epoch that is over; null before the first. */
  readonly last: EpochRecord | null;
  /** Norms of the layers at the last record. */
  readonly norms: { readonly l1: readonly number[]; readonly linf: readonly number[] };
  /** Backend that took the last step. */
  readonly backend: string;
}

/** The backend in use, or why there is none, for the reader. */
export interface BackendReport {
  readonly name: 'webgpu' | 'webgl' | 'wasm' | 'cpu' | null;
  readonly reason: string;
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  /** Answers that the self-test compared, and its time in milliseconds. */
  readonly checks: number;
  readonly milliseconds: number;
}

/** What norm decay does to a layer at the step to be taken: Algorithm 1's numbers. */
export interface DecayStep {
  readonly norm: 'l1' | 'linf';
  /** The layer's exact norm before the step; NaN when a weight is not a number. */
  readonly value: number;
  /** The weights that attain it share an input channel (`columns`) or an output channel (`rows`). */
  readonly side: 'columns' | 'rows';
  readonly channel: number;
  /** Their taps, k·k2 + t each, in rising order. */
  readonly taps: readonly number[];
  readonly groups: number;
  readonly beta: number;
  readonly gamma: number;
  readonly mode: 'paper' | 'repo';
  /** N: conv and dense layers of the net. */
  readonly layers: number;
}

/** A weight as an image, and what the next step starts from; arrays in PyTorch's layout. */
export interface RunKernel {
  readonly layer: RunLayer;
  /** Steps taken. */
  readonly step: number;
  readonly values: Float32Array;
  /** SGD's v. */
  readonly velocity: Float32Array;
  /** Algorithm 1's h; null for a run without norm decay, or a layer that it leaves out. */
  readonly h: Float32Array | null;
  /** Null where h is. */
  readonly decay: DecayStep | null;
  /** Of the step to be taken. */
  readonly learningRate: number;
  readonly momentum: number;
  /** Largest |K|; weights that are not numbers are passed over. */
  readonly largest: number;
  readonly overview: KernelOverview;
}

/** All channel pairs of a weight on at most 48 x 48 cells, so many pairs in one cell. */
export interface KernelOverview {
  readonly rows: number;
  readonly columns: number;
  /** Output and input channels that share a cell. */
  readonly bin: readonly [number, number];
  /** The weight of largest |K| of each cell, row by row. */
  readonly strongest: Float32Array;
}

/** Files of a run, as the command line writes them. */
export interface RunFiles {
  readonly record: string;
  readonly description: string;
  readonly weights: Uint8Array<ArrayBuffer>;
}

/** Jobs on runs. Runs live in the browser's storage; the worker holds the ones in use. */
export interface RunJobs {
  /** Chooses (or changes) the backend; `wanted` null takes the best. */
  backend: {
    input: { readonly wanted: BackendReport['name'] };
    event: never;
    result: BackendReport;
  };
  /** All runs that are kept, oldest first. */
  runs: { input: null; event: never; result: readonly RunSummary[] };
  /**
   * Makes a run and its first checkpoint; refused when the document or its data cannot be. Its events
   * say nothing: at each of them it can be aborted, and then nothing is kept.
   */
  'run-create': {
    input: { readonly id: string; readonly labels: RunLabels; readonly experiment: Experiment };
    event: null;
    result: RunSummary;
  };
  /**
   * Goes on with a run, from memory or from its last checkpoint, for `steps` steps (null: to its
   * end). Aborting it pauses it with a checkpoint.
   */
  train: {
    input: { readonly id: string; readonly steps: number | null };
    event: TrainEvent;
    result: TrainResult;
  };
  /** Changes a number from the next step on. */
  'run-edit': {
    input: { readonly id: string; readonly edit: Omit<RunEdit, 'step'> };
    event: never;
    result: Experiment;
  };
  'run-labels': {
    input: { readonly id: string; readonly labels: RunLabels };
    event: never;
    result: null;
  };
  /** Its history from a place on. */
  'run-history': {
    input: { readonly id: string; readonly from: HistoryPlace };
    event: never;
    result: HistoryPart;
  };
  /** Throws away what came after the last checkpoint, so that the run goes on from there. */
  'run-rewind': { input: { readonly id: string }; event: never; result: RunSummary };
  /** Marks as deleted (can be undone until `run-purge`), or brings back. */
  'run-delete': {
    input: { readonly id: string; readonly deleted: boolean };
    event: never;
    result: null;
  };
  /** Removes the runs that were deleted at least `age` milliseconds ago from the storage. */
  'run-purge': { input: { readonly age: number }; event: never; result: null };
  /** Opens the run's net, as it is now, in the net inspector under `netId`. */
  'run-open': {
    input: { readonly id: string; readonly netId: string };
    event: never;
    result: NetSummary;
  };
  'run-kernel': {
    input: { readonly id: string; readonly layer: number };
    event: never;
    result: RunKernel;
  };
  'run-files': { input: { readonly id: string }; event: never; result: RunFiles };
}
