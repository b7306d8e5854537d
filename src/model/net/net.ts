import type { Assumption1, PaperFormulas } from '../../math/lemma1.ts';
import type { Pair } from '../../math/geometry.ts';
import type { LayerShape } from '../layer/layer-shape.ts';

export type { LayerShape } from '../layer/layer-shape.ts';

/** Kinds of layers that have norms of their own. */
export type NetLayerKind = 'conv2d' | 'conv-transpose2d' | 'dense' | 'batchnorm2d';

/** A field of a layer that no file states: it has a default value until the user edits it. */
export type GuessedField = 'kind' | 'stride' | 'padding' | 'dilation' | 'groups' | 'input' | 'eps';

/** A layer of an open net as known to the page; the weights stay in the worker. */
export interface NetLayerInfo {
  /** Place in the net, from 0. */
  readonly index: number;
  readonly name: string;
  readonly kind: NetLayerKind;
  /** Shape of the weight in PyTorch's layout; [channels] for BatchNorm. */
  readonly weightShape: readonly number[];
  /** Null for BatchNorm, whose norm needs no geometry. */
  readonly shape: LayerShape | null;
  /** ε of BatchNorm; null for the others. */
  readonly eps: number | null;
  readonly guessed: readonly GuessedField[];
}

/** Settings of a layer given by the user: its geometry, or BatchNorm's ε. */
export type LayerEdit = LayerShape | { readonly eps: number };

/** A net that is open. */
export interface NetSummary {
  readonly id: string;
  readonly name: string;
  /** Names of its files, including the description. */
  readonly files: readonly string[];
  readonly layers: readonly NetLayerInfo[];
  /** Whether a description gave the geometry. */
  readonly described: boolean;
  /** Notes on contents of the files that are not in the table. */
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
  /** Null until it has been computed. */
  readonly l2: L2Ends | null;
  readonly assumption: Assumption1 | null;
  /** The paper's formulas (1), (2), (3), dilation and groups read as zeros in a plain kernel. */
  readonly formulas: PaperFormulas | null;
  /** Shape of the layer's output, [channels, height, width]; null for BatchNorm and dense layers' 1x1. */
  readonly output: readonly [number, number, number] | null;
}

/** Why a layer has no norms; the others are still computed. */
export interface LayerFailure {
  readonly message: string;
  /** The field that has to change, when there is one. */
  readonly field?: string;
  /** Smallest input [h, w] that the kernel fits into, when the input is too small. */
  readonly leastInput?: Pair;
}

/** The results for one layer of a net. */
export type NetRow =
  | { readonly index: number; readonly norms: LayerNorms }
  | { readonly index: number; readonly failure: LayerFailure };

/** Effort for an ℓ2 interval. */
export type L2Effort = 'none' | 'quick' | 'full';

/** A file that the worker reads in pieces, such as a browser's File. */
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
  /** Id of the net to be opened; unique, assigned by the page. */
  readonly id: string;
  readonly files: readonly FileHandle[] | 'example';
  /** The net to which a description alone applies. */
  readonly current: string | null;
}

/** The opened net: a new one, or the current one with a description applied. */
export interface OpenNetResult {
  readonly summary: NetSummary;
  readonly replaces: boolean;
}

/** Progress of reading, in bytes; `total` is the sum of the file sizes. */
export interface ReadingProgress {
  readonly step: 'reading' | 'decoding';
  readonly done: number;
  readonly total: number;
}

export interface NetNormsInput {
  readonly id: string;
  /** Indices of layers in the net. */
  readonly layers: readonly number[];
  readonly effort: L2Effort;
}

/** All rows so far: some events are dropped, so each includes all before it. */
export interface NetNormsEvent {
  readonly rows: readonly NetRow[];
}
