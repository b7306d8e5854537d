/** A layer as a description file writes it, before its shapes are filled in and checked. */
export type LayerDraft = Readonly<Record<string, unknown>>;

interface ConvDraft {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly kernel: number;
  readonly stride?: number;
  /** Zeros on every side; by default what keeps the size at stride 1. */
  readonly padding?: number;
  readonly groups?: number;
  readonly bias?: boolean;
}

/** A square convolution, without bias unless asked for. */
export function conv(draft: ConvDraft): LayerDraft {
  const { name, from, to, kernel, stride = 1, groups = 1, bias = false } = draft;
  const padding = draft.padding ?? (kernel - 1) / 2;
  return {
    type: 'conv2d',
    name,
    in_channels: from,
    out_channels: to,
    kernel: [kernel, kernel],
    stride: [stride, stride],
    padding: [padding, padding, padding, padding],
    groups,
    weight: `${name}.weight`,
    ...(bias && { bias: `${name}.bias` }),
  };
}

/** BatchNorm with γ and β, ε = 1e-5. */
export function batchNorm(name: string, channels: number): LayerDraft {
  return {
    type: 'batchnorm2d',
    name,
    channels,
    eps: 1e-5,
    weight: `${name}.weight`,
    bias: `${name}.bias`,
    running_mean: `${name}.running_mean`,
    running_var: `${name}.running_var`,
  };
}

/** A dense layer with bias. */
export function dense(name: string, from: number, to: number): LayerDraft {
  return {
    type: 'dense',
    name,
    in_features: from,
    out_features: to,
    weight: `${name}.weight`,
    bias: `${name}.bias`,
  };
}

export const RELU: LayerDraft = { type: 'relu' };
export const FLATTEN: LayerDraft = { type: 'flatten' };
export const GLOBAL_MEAN: LayerDraft = { type: 'globalavgpool2d' };
export const MAX_POOL: LayerDraft = { type: 'maxpool2d', kernel: [2, 2] };

/** What a net is built for. */
export interface ArchitectureSettings {
  /** Multiplies all numbers of channels; 1 is the size of the paper. */
  readonly width: number;
  readonly classes: number;
  /** [channels, height, width] of an image. */
  readonly input: readonly [number, number, number];
}

/** `base` channels at a width: rounded to a multiple of `unit`, at least one unit. */
export function channelsAt(base: number, width: number, unit = 1): number {
  return Math.max(1, Math.round((base * width) / unit)) * unit;
}

/** Mean over the pixels, then the classes. */
export function meanHead(name: string, channels: number, classes: number): LayerDraft[] {
  return [GLOBAL_MEAN, FLATTEN, dense(name, channels, classes)];
}
