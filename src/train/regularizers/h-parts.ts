import { weightStrides, type Floats, type LayerOperator } from '../parameter.ts';
import { aimSlice, type Slice } from './norm-slices.ts';

/**
 * Which channels of h are non-zero. Norm decay writes one channel of h a step and the others decay
 * to zero, so that most of h is zero most of the time and can be skipped.
 */
export interface HParts {
  readonly operator: LayerOperator;
  readonly side: 'columns' | 'rows';
  /** 1 for each channel that may hold a number other than 0. */
  readonly live: Uint8Array;
  /** All taps of a channel; pointed at one channel after the other. */
  readonly slice: Slice;
  /** Channel that is looked at next when all of h is faded at once. */
  next: number;
}

/** Parts of an h that is all zero. */
export function hParts(operator: LayerOperator, norm: 'l1' | 'linf'): HParts {
  const { geometry: g, transposed } = operator;
  const side = (norm === 'l1') === transposed ? 'rows' : 'columns';
  const { tap } = weightStrides(operator);
  const offsets = Int32Array.from({ length: g.kernel[0] * g.kernel[1] }, (_, at) => at * tap);
  const live = new Uint8Array(side === 'columns' ? g.dIn : g.dOut);
  return { operator, side, live, slice: { base: 0, count: 0, step: 0, offsets }, next: 0 };
}

/** What {@link fade} changes. */
export interface Fading {
  readonly h: Floats;
  readonly gradient: Floats;
  readonly gamma: number;
  readonly scale: number;
}

/**
 * Below this h counts as zero: far under float32's rounding of any gradient, and above the numbers
 * that processors are slow with (below 2⁻¹²⁶ in float32).
 */
const NOTHING = 2 ** -100;

/** Beyond this share of non-zero channels one pass over all of h is faster than skipping. */
const HOPPING_SHARE = 1 / 8;

/** h ← γh, what falls under 2⁻¹⁰⁰ to 0, and g ← g + scale·h. */
export function fade(parts: HParts, fading: Fading): void {
  const { live } = parts;
  let count = 0;
  for (let channel = 0; channel < live.length; channel++) count += live[channel]!;
  if (count > HOPPING_SHARE * live.length) {
    fadeAll(fading);
    live[parts.next] = isZero(parts, fading.h, parts.next) ? 0 : 1;
    parts.next = (parts.next + 1) % live.length;
    return;
  }
  for (let channel = 0; channel < live.length; channel++) {
    if (live[channel] === 1) live[channel] = fadeChannel(parts, fading, channel) ? 1 : 0;
  }
}

function fadeAll({ h, gradient, gamma, scale }: Fading): void {
  for (let at = 0; at < h.length; at++) {
    const faded = gamma * h[at]!;
    const kept = Math.abs(faded) < NOTHING ? 0 : faded;
    h[at] = kept;
    gradient[at] = gradient[at]! + scale * kept;
  }
}

/** Returns whether any entry is still non-zero. */
function fadeChannel(parts: HParts, { h, gradient, gamma, scale }: Fading, channel: number) {
  const { slice, operator, side } = parts;
  aimSlice(slice, operator, side, channel);
  const { base, count, step, offsets } = slice;
  let left = false;
  for (let tap = 0; tap < offsets.length; tap++) {
    const from = base + offsets[tap]!;
    for (let n = 0; n < count; n++) {
      const at = from + n * step;
      const faded = gamma * h[at]!;
      const kept = Math.abs(faded) < NOTHING ? 0 : faded;
      left ||= kept !== 0;
      h[at] = kept;
      gradient[at] = gradient[at]! + scale * kept;
    }
  }
  return left;
}

function isZero({ slice, operator, side }: HParts, h: Floats, channel: number): boolean {
  aimSlice(slice, operator, side, channel);
  const { base, count, step, offsets } = slice;
  for (let tap = 0; tap < offsets.length; tap++) {
    for (let n = 0; n < count; n++) {
      if (h[base + offsets[tap]! + n * step] !== 0) return false;
    }
  }
  return true;
}

/** Finds the non-zero channels of an h that was restored. */
export function findLive(parts: HParts, h: Floats): void {
  for (let channel = 0; channel < parts.live.length; channel++) {
    parts.live[channel] = isZero(parts, h, channel) ? 0 : 1;
  }
}
