/** An interval that holds σ(M) = ‖M‖₂, both ends certified against float64 rounding. */
export interface L2Interval {
  readonly lower: number;
  readonly upper: number;
  /** What certifies each end, in words. */
  readonly lowerBy: string;
  readonly upperBy: string;
}

/** What a number is worth. */
export type Badge = 'exact' | 'certified lower' | 'certified upper' | 'estimate' | 'neither';

/** One row of the comparison: a number for ‖M‖₂, and what it is worth. */
export interface MethodResult {
  readonly id: string;
  readonly label: string;
  readonly badge: Badge;
  /** NaN while or where there is none; the note says why. */
  readonly value: number;
  readonly milliseconds: number;
  readonly note: string;
  readonly source: string;
  readonly iterations?: number;
  readonly residual?: number;
}

/** What a run knows so far. The interval only ever narrows. */
export interface L2Progress {
  readonly interval: L2Interval;
  readonly stage: string;
  /** Rough share of the work done, 0 … 1. */
  readonly fraction: number;
  readonly methods: readonly MethodResult[];
}

/** How far an interval run goes. */
export interface L2Options {
  readonly seed: number;
  /** Milliseconds; the default clock stands still. */
  readonly now?: () => number;
  /** `quick` ends after about a second; `full` continues to the costly certificates. */
  readonly effort?: 'quick' | 'full';
}
