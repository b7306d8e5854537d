import type { Focus } from './focus.ts';
import type { LayerView } from './layer-view.ts';
import type { LayerSpec, LayerType, PaddingMode, PaddingSpec } from './layer.ts';

/** More weights than this are not put into a link: browsers and messengers cut long addresses. */
export const LINK_WEIGHTS = 20_000;
/** Longest query that is read; a link of LINK_WEIGHTS float64 numbers is shorter. */
export const MAX_QUERY = 400_000;

/** What a link to the Layer panel says. */
export interface LayerLink {
  readonly spec: LayerSpec;
  readonly pinned: Focus | null;
  /** How M is coloured; the panel knows the words. */
  readonly color: string | null;
  readonly view: LayerView;
}

/** A link's text, and whether it says everything: too many given weights are left out. */
export interface EncodedLink {
  readonly query: string;
  readonly complete: boolean;
}

/** The words of a link, and what they mean. */
export const TYPES: Readonly<Record<string, LayerType>> = {
  conv: 'conv',
  transposed: 'transposed-conv',
  dense: 'dense',
};
/** Padding by a framework's rule. */
export const PADDINGS: Readonly<Record<string, Exclude<PaddingSpec['kind'], 'explicit'>>> = {
  valid: 'valid',
  'same-tf': 'same-tensorflow',
  'same-pt': 'same-pytorch',
};
/** What padding can be filled with. */
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
