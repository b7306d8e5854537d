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

/** Number of the first test images that stand PGD (see `robustAttackOf` for its settings). */
export interface RobustCount {
  readonly correct: number;
  readonly count: number;
}

/** Results of one epoch, including the classification of the test images. */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  /** Steps by its end, counted from the start of the run. */
  readonly step: number;
  /** Means over the epoch's steps, measured while the weights were changing. */
  readonly trainLoss: number;
  readonly trainCorrect: number;
  readonly trainCount: number;
  /** On the test images, BatchNorm in inference mode. */
  readonly testLoss: number;
  readonly testCorrect: number;
  readonly testCount: number;
  /** Null if the document requests none after this epoch, or the net’s outputs are not finite. */
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
   * Correctly classified images of the batch, and the batch size: adversarial images with PGD-AT,
   * else clean ones.
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

/** A part of a run's history that the page appends. */
export interface HistoryPart {
  readonly steps: StepColumns;
  readonly norms: NormColumns;
  readonly epochs: { readonly from: number; readonly rows: readonly EpochRecord[] };
}

/** Numbers of steps, norm records and epochs that a reader already has. */
export interface HistoryPlace {
  readonly steps: number;
  readonly norms: number;
  readonly epochs: number;
}

/**
 * Phase of a run. `compiling` is the first step after a start, `attacking` the attack on a batch
 * before its step.
 */
export type RunPhase = 'preparing' | 'compiling' | 'attacking' | 'training' | 'testing' | 'saving';

/** Progress of a run. */
export interface RunProgress {
  readonly phase: RunPhase;
  /** Steps taken. */
  readonly step: number;
  readonly steps: number;
  /** Current epoch, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps at the last checkpoint; null before the first. */
  readonly savedStep: number | null;
  /** Tensors that are alive: none between two steps. */
  readonly tensors: number;
  /** Bytes of these, and of the run's own arrays: weights, momentum, h, images. */
  readonly bytes: number;
}

/** A lost graphics device that was reopened automatically; the current step was repeated. */
export interface Restart {
  /** Steps that had been taken. */
  readonly step: number;
  /** The device's message for the user. */
  readonly message: string;
}

/** Sent at most 20 times a second: all history since the event before. */
export interface TrainEvent {
  readonly progress: RunProgress;
  readonly history: HistoryPart;
  /** The last restart since this start; absent if there was none. */
  readonly restarted?: Restart;
}

/** Failures of the compute backend. */
export const DEVICE_FAILURES = [
  'device-lost',
  'out-of-memory',
  'hung-queue',
  'device-error',
] as const;
export type DeviceFailure = (typeof DEVICE_FAILURES)[number];

/** Why a run has stopped. */
export type RunEnd =
  | { readonly kind: 'finished' }
  /** The requested steps are done, or the user paused it; it can be resumed. */
  | { readonly kind: 'paused' }
  /** Loss or weights are no longer finite. */
  | { readonly kind: 'not-finite'; readonly step: number; readonly message: string }
  /** The backend or the storage failed. */
  | {
      readonly kind: 'failed';
      readonly code: DeviceFailure | 'storage-full' | 'storage';
      readonly message: string;
    };

/** How a run ended for now, with the history not yet sent by an event. */
export interface TrainResult extends TrainEvent {
  readonly end: RunEnd;
}

/** The user's labels of a run; stored with it. */
export interface RunLabels {
  readonly name: string;
  readonly note: string;
  /** Index of its colour, from 0. */
  readonly color: number;
}

/** A run in the list. */
export interface RunSummary {
  readonly id: string;
  readonly labels: RunLabels;
  /** The document, its edits included. */
  readonly experiment: Experiment;
  readonly layers: readonly RunLayer[];
  /** Number of trainable parameters of the net. */
  readonly parameters: number;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly changed: number;
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  /** How it ended last; null for one that was never paused (the page was closed while it ran). */
  readonly end: RunEnd | null;
  /** The last finished epoch; null before the first. */
  readonly last: EpochRecord | null;
  /** Norms of the layers at the last record. */
  readonly norms: { readonly l1: readonly number[]; readonly linf: readonly number[] };
  /** Backend that took the last step. */
  readonly backend: string;
}

/** The backend in use, or why there is none, for the user. */
export interface BackendReport {
  readonly name: 'webgpu' | 'webgl' | 'wasm' | 'cpu' | null;
  readonly reason: string;
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  /** Number of results compared by the self-test, and its time in milliseconds. */
  readonly checks: number;
  readonly milliseconds: number;
}

/** Norm decay of a layer at the next step, in the terms of Algorithm 1. */
export interface DecayStep {
  readonly norm: 'l1' | 'linf';
  /** The layer's exact norm before the step; NaN when a weight is not a number. */
  readonly value: number;
  /** The weights that attain it share an input channel (`columns`) or an output channel (`rows`). */
  readonly side: 'columns' | 'rows';
  readonly channel: number;
  /** Their taps, k·k2 + t each, in increasing order. */
  readonly taps: readonly number[];
  readonly groups: number;
  readonly beta: number;
  readonly gamma: number;
  readonly mode: 'paper' | 'repo';
  /** N: conv and dense layers of the net. */
  readonly layers: number;
}

/** A weight as an image, and the state before the next step; arrays in PyTorch's layout. */
export interface RunKernel {
  readonly layer: RunLayer;
  /** Steps taken. */
  readonly step: number;
  readonly values: Float32Array;
  /** SGD's v. */
  readonly velocity: Float32Array;
  /** Algorithm 1's h; null for a run without norm decay, or a layer that it skips. */
  readonly h: Float32Array | null;
  /** Null where h is. */
  readonly decay: DecayStep | null;
  /** Of the next step. */
  readonly learningRate: number;
  readonly momentum: number;
  /** Largest |K|; NaN weights are skipped. */
  readonly largest: number;
  readonly overview: KernelOverview;
}

/** All channel pairs of a weight on at most 48 x 48 cells, several pairs per cell. */
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
  /** Chooses (or changes) the backend; `wanted` null selects the best. */
  backend: {
    input: { readonly wanted: BackendReport['name'] };
    event: never;
    result: BackendReport;
  };
  /** All stored runs, oldest first. */
  runs: { input: null; event: never; result: readonly RunSummary[] };
  /**
   * Creates a run and its first checkpoint; fails when the document or its data are invalid. Its
   * events are empty: at each of them it can be aborted, and then nothing is stored.
   */
  'run-create': {
    input: { readonly id: string; readonly labels: RunLabels; readonly experiment: Experiment };
    event: null;
    result: RunSummary;
  };
  /**
   * Resumes a run, from memory or from its last checkpoint, for `steps` steps (null: to its end).
   * Aborting it pauses it with a checkpoint.
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
  /** Its history from a given position on. */
  'run-history': {
    input: { readonly id: string; readonly from: HistoryPlace };
    event: never;
    result: HistoryPart;
  };
  /** Discards everything after the last checkpoint, so that the run resumes from there. */
  'run-rewind': { input: { readonly id: string }; event: never; result: RunSummary };
  /** Marks as deleted (can be undone until `run-purge`), or restores. */
  'run-delete': {
    input: { readonly id: string; readonly deleted: boolean };
    event: never;
    result: null;
  };
  /** Removes the runs that were deleted at least `age` milliseconds ago from the storage. */
  'run-purge': { input: { readonly age: number }; event: never; result: null };
  /** Opens the run's current net in the net inspector under `netId`. */
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
