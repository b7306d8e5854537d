import type { BandwidthRule } from '../../math/kde.ts';

/** Which number of a layer is drawn: an exact norm, or an end of the certified interval of ℓ2. */
export type DrawnNorm = 'l1' | 'linf' | 'lower' | 'upper';
/** Kinds of layers that can be in a figure or not. */
export type LayerGroup = 'conv' | 'batchnorm' | 'dense';

/** What the figures of layer norms show. */
export interface FigureView {
  readonly norm: DrawnNorm;
  readonly rule: BandwidthRule;
  readonly groups: Readonly<Record<LayerGroup, boolean>>;
  /** Whether it includes the layers that the authors' released code drops. */
  readonly dropped: boolean;
  /** Whether norms are drawn on a logarithmic axis. */
  readonly log: boolean;
}

/**
 * As the paper draws Figure 2: Scott's bandwidth, a linear axis; ℓ1, as its code does. All layers,
 * those included that its code drops.
 */
export const FIGURE_2: FigureView = {
  norm: 'l1',
  rule: 'scott',
  groups: { conv: true, batchnorm: true, dense: true },
  dropped: true,
  log: false,
};
