import type { Focus } from './focus.ts';
import type { LayerView } from './layer-view.ts';
import type { LayerSpec, LayerType, PaddingMode, PaddingSpec } from './layer.ts';

/** Maximum number of weights in a link: browsers and messengers truncate long addresses. */
export const LINK_WEIGHTS = 20_000;
/** Maximum length of a query; a link of LINK_WEIGHTS float64 numbers is shorter. */
export const MAX_QUERY = 400_000;

/** Content of a link to the Layer panel. */
export interface LayerLink {
  readonly spec: LayerSpec;
  readonly pinned: Focus | null;
  /** Colouring of M; the panel defines the values. */
  readonly color: string | null;
  readonly view: LayerView;
}

/** A link's text, and whether it is complete: too many given weights are omitted. */
export interface EncodedLink {
  readonly query: string;
  readonly complete: boolean;
}

/** Words of a link and their meanings. */
export const TYPES: Readonly<Record<string, LayerType>> = {
  conv: 'conv',
  transposed: 'transposed-conv',
  dense: 'dense',
};
/** Padding by a framework's mode. */
export const PADDINGS: Readonly<Record<string, Exclude<PaddingSpec['kind'], 'explicit'>>> = {
  valid: 'valid',
  'same-tf': 'same-tensorflow',
  'same-pt': 'same-pytorch',
};
/** Fill modes of padding. */
export const MODES: Readonly<Record<PaddingMode, PaddingMode>> = {
  zeros: 'zeros',
  circular: 'circular',
  reflect: 'reflect',
  replicate: 'replicate',
};
/** Kernels that need a seed. */
export const RANDOM = ['he', 'pytorch', 'gaussian'] as const;
/** Kernels that need none. */
export const PATTERNS = ['identity', 'blur', 'sobel', 'laplacian', 'sine'] as const;
/** First letters of pinned things. */
export const FOCI = { e: 'entry', w: 'weight', i: 'input', o: 'output' } as const;
