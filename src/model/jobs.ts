import type { ExactNorms } from '../math/exact-norms.ts';
import type { Assumption1, PaperFormulas } from '../math/lemma1.ts';
import type { L2Progress } from '../math/l2/types.ts';
import type { ConvOperator } from '../math/operator.ts';
import type { AttackJobs } from './attack/jobs.ts';
import type { DataJobs } from './data/jobs.ts';
import type { LayerSpec } from './layer/layer.ts';
import type {
  LayerEdit,
  NetLayerInfo,
  NetNormsEvent,
  NetNormsInput,
  OpenNetInput,
  OpenNetResult,
  ReadingProgress,
} from './net/net.ts';
import type { RunJobs } from './train/run.ts';

/** The immediate report on a layer: everything except the ℓ2 norm. */
export interface LayerReport {
  readonly operator: ConvOperator;
  readonly norms: ExactNorms;
  readonly assumption: Assumption1;
  /** The paper's formulas, read both ways (see `Reading`). */
  readonly formulas: { readonly expanded: PaperFormulas; readonly literal: PaperFormulas };
  /** Largest |K|: the end of the colour scale. Known here because a kernel can have millions of weights. */
  readonly largest: number;
  /** Compute time of both exact norms, in milliseconds. */
  readonly milliseconds: number;
}

/** Input, events and result of each job of the worker. */
export interface Jobs extends AttackJobs, DataJobs, RunJobs {
  layer: { input: LayerSpec; event: never; result: LayerReport };
  /** The ℓ2 norm as an interval that narrows; the result is the last progress. */
  l2: {
    input: { readonly spec: LayerSpec; readonly effort: 'quick' | 'full' };
    event: L2Progress;
    result: L2Progress;
  };
  'open-net': { input: OpenNetInput; event: ReadingProgress; result: OpenNetResult };
  'close-net': { input: { readonly id: string }; event: never; result: null };
  'net-norms': { input: NetNormsInput; event: NetNormsEvent; result: NetNormsEvent };
  /** Changes a layer's geometry; an invalid one is rejected without changes. */
  'net-edit': {
    input: { readonly id: string; readonly layer: number; readonly change: LayerEdit };
    event: never;
    result: NetLayerInfo;
  };
  /** One layer with its weights, for the Layer panel. */
  'net-layer': {
    input: { readonly id: string; readonly layer: number };
    event: never;
    result: LayerSpec;
  };
  /** The net's description as JSON text. */
  'net-description': { input: { readonly id: string }; event: never; result: string };
}

export type JobKind = keyof Jobs;

/** An expected failure: a sentence for the user, and its field. */
export interface JobFailure {
  readonly code:
    | 'geometry'
    | 'file'
    | 'setting'
    | 'storage-full'
    | 'storage'
    | 'network'
    | 'backend'
    | 'aborted'
    | 'bug';
  readonly message: string;
  /** The field that the failure is about, when there is one. */
  readonly field?: string;
}

export type JobOutcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: JobFailure };

/** Page to worker. */
export type Request =
  | { readonly id: number; readonly kind: JobKind; readonly input: unknown }
  | { readonly id: number; readonly abort: true };

/** Worker to page. */
export type Reply =
  | { readonly id: number; readonly event: unknown }
  | { readonly id: number; readonly outcome: JobOutcome<unknown> };
