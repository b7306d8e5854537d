import {
  isDecayed,
  largestAmong,
  nextH,
  sliceOf,
  type DecayedKernel,
  type TakenStep,
} from './step.ts';
import { LINES, type ShownStep } from './use-step.ts';

/** What is on screen of a step up to one of its lines. */
export interface Look {
  /** The kernel before the step. */
  readonly before: DecayedKernel;
  /** Null until the step is taken. */
  readonly taken: TakenStep | null;
  /** The kernel that is drawn: before the last line, or after it. */
  readonly drawn: DecayedKernel;
  /** Weights that attain the norm before the step, and those of the kernel that is drawn. */
  readonly chosen: ReadonlySet<number>;
  readonly drawnChosen: ReadonlySet<number>;
  readonly line: number;
  /** What the marks show: h, or p on the second line. */
  readonly marks: 'h' | 'p';
  /** Value of the mark of a weight. */
  readonly markAt: (at: number) => number;
  /** Whether the line acts on a weight. */
  readonly actsOn: (at: number) => boolean;
  /** The weight of the numbers unless a person picks one. */
  readonly first: number;
}

/** What to draw of a step; null for a layer that norm decay leaves out. */
export function lookOf({ before, after, line }: ShownStep): Look | null {
  if (!isDecayed(before)) return null;
  const taken = after !== null && isDecayed(after) ? { before, after } : null;
  const chosen = sliceOf(before);
  const h = (at: number): number => nextH(before, at, chosen.has(at));
  const drawn = taken?.after ?? before;
  const acts: Readonly<Record<number, (at: number) => boolean>> = {
    0: () => false,
    1: () => true,
    2: (at) => chosen.has(at),
    3: (at) => h(at) !== before.h[at]!,
    4: (at) => h(at) !== 0,
    [LINES]: () => true,
  };
  const marks: Readonly<Record<number, (at: number) => number>> = {
    2: (at) => (chosen.has(at) ? Math.sign(before.values[at]!) : 0),
    3: h,
    4: h,
  };
  return {
    before,
    taken,
    drawn,
    chosen,
    line,
    drawnChosen: taken === null ? chosen : sliceOf(taken.after),
    marks: line === 2 ? 'p' : 'h',
    markAt: marks[line] ?? ((at) => drawn.h[at]!),
    actsOn: acts[line] ?? (() => false),
    first: Math.max(
      0,
      largestAmong(chosen, (at) => before.values[at]!),
    ),
  };
}
