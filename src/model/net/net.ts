import type { Assumption1, PaperFormulas } from '../../math/lemma1.ts';
import type { Pair } from '../../math/geometry.ts';
import type { LayerShape } from '../layer/layer-shape.ts';

export type { LayerShape } from '../layer/layer-shape.ts';

/** Kinds of layers that have norms of their own. */
export type NetLayerKind = 'conv2d' | 'conv-transpose2d' | 'dense' | 'batchnorm2d';

/** A field of a layer that no file states: it holds the usual value until a person touches it. */
export type GuessedField = 'kind' | 'stride' | 'padding' | 'dilation' | 'groups' | 'input' | 'eps';

/** What the page knows of a layer of an open net; the weights stay in the worker. */
export interface NetLayerInfo {
  /** Place in the net, from 0. */
  readonly index: number;
  readonly name: string;
  readonly kind: NetLayerKind;
  /** Shape of the weight as PyTorch lays it out; [channels] for BatchNorm. */
  readonly weightShape: readonly number[];
  /** Null for BatchNorm, whose norm needs no geometry. */
  readonly shape: LayerShape | null;
  /** ε of BatchNorm; null for the others. */
  readonly eps: number | null;
  readonly guessed: readonly GuessedField[];
}

/** What a person says about a layer: its geometry, or BatchNorm's ε. */
export type LayerEdit = LayerShape | { readonly eps: number };

/** A net that is open. */
export interface NetSummary {
  readonly id: string;
  readonly name: string;
  /** Names of the files that it came from, the description's among them. */
  readonly files: readonly string[];
  readonly layers: readonly NetLayerInfo[];
  /** True when a description gave the geometry. */
  readonly described: boolean;
  /** Sentences about what is in the files but not in the table. */
  readonly notes: readonly string[];
}

/** Certified ends of an ℓ2 norm: lower ≤ ‖M‖₂ ≤ upper. Equal for BatchNorm, where it is exact. */
export interface L2Ends {
  readonly lower: number;
  readonly upper: number;
}

/** Norms of one layer. `assumption` and `formulas` are null for BatchNorm and dense layers. */
export interface LayerNorms {
  readonly l1: number;
  readonly linf: number;
  /** Null until it has been bracketed. */
  readonly l2: L2Ends | null;
  readonly assumption: Assumption1 | null;
  /** The paper's formulas (1), (2), (3), dilation and groups read as zeros in a plain kernel. */
  readonly formulas: PaperFormulas | null;
  /** Shape of the layer's output, [channels, height, width]; null for BatchNorm and dense layers' 1x1. */
  readonly output: readonly [number, number, number] | null;
}

/** Why a layer has no norms; the others go on. */
export interface LayerFailure {
  readonly message: string;
  /** The field that has to change, when there is one. */
  readonly field?: string;
  /** Smallest input [h, w] that the kernel fits into, when the input is too small. */
  readonly leastInput?: Pair;
}

/** What is known of one layer of a net. */
export type NetRow =
  | { readonly index: number; readonly norms: LayerNorms }
  | { readonly index: number; readonly failure: LayerFailure };

/** How much work goes into an ℓ2 interval. */
export type L2Effort = 'none' | 'quick' | 'full';

/** A file that the worker reads piece by piece. A browser's File is one. */
export interface FileHandle {
  readonly name: string;
  readonly size: number;
  readonly slice: (
    from: number,
    to: number,
  ) => { readonly arrayBuffer: () => Promise<ArrayBuffer> };
}

/** What to open: files (weights, a description, or both), or the built-in example. */
export interface OpenNetInput {
  /** Name for the net that will be opened; the page makes them and never uses one twice. */
  readonly id: string;
  readonly files: readonly FileHandle[] | 'example';
  /** The net that a description alone is meant for. */
  readonly current: string | null;
}

/** What was opened: a new net, or the current one with a description applied. */
export interface OpenNetResult {
  readonly summary: NetSummary;
  readonly replaces: boolean;
}

/** How far reading has come, in bytes; `total` is what the files say. */
export interface ReadingProgress {
  readonly step: 'reading' | 'decoding';
  readonly done: number;
  readonly total: number;
}

export interface NetNormsInput {
  readonly id: string;
  /** Places in the net. */
  readonly layers: readonly number[];
  readonly effort: L2Effort;
}

/** All rows so far: events are thinned out on their way, so each one stands for all before it. */
export interface NetNormsEvent {
  readonly rows: readonly NetRow[];
}
