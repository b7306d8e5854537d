import type { SquareRng, SquareRngFactory } from '../square-rng.ts';

/** One entry of a log of fixtures/fab_square/square_<net>.json. */
type LogEntry =
  ['sign', number[], string] | ['int', number] | ['eta', number, boolean] | ['margin', number[]];

/** One run of the reference's Square on 8 images, all its random numbers logged. */
export interface SquareRun {
  norm: 'Linf' | 'L2';
  eps: number;
  n_queries: number;
  log: LogEntry[];
  queries_used: number[];
  final_margin: number[];
  pert: number[];
  x_best_sum: number[];
}

/** What the reference drew for a step, and what it found. */
interface LoggedStep {
  readonly below: number[];
  readonly flips: boolean[];
  /** Of each drawing: signs, and for how many images; 1 where all share them. */
  readonly signs: { readonly images: number; readonly text: string }[];
  margins: number[];
  /** Images that were still to be fooled. */
  active: number[];
}

function emptyStep(): LoggedStep {
  return { below: [], flips: [], signs: [], margins: [], active: [] };
}

function takeEntry(step: LoggedStep, entry: LogEntry): void {
  if (entry[0] === 'int') step.below.push(entry[1]);
  else if (entry[0] === 'eta') step.flips.push(entry[2]);
  else if (entry[0] === 'sign') {
    // [images, channels, 1, columns], or [channels, 1, 1] for all images together.
    const images = entry[1].length === 4 ? entry[1][0]! : 1;
    step.signs.push({ images, text: entry[2] });
  } else step.margins = entry[1];
}

/** The steps of a log; a margin ends each. */
export function stepsOf({ log, queries_used }: SquareRun): LoggedStep[] {
  const steps = [emptyStep()];
  for (const entry of log) {
    takeEntry(steps.at(-1)!, entry);
    if (entry[0] === 'margin') steps.push(emptyStep());
  }
  steps.pop();
  steps.forEach((step, at) => {
    step.active = [...queries_used.keys()].filter((image) => queries_used[image]! > at);
  });
  return steps;
}

/** Dice that fall as they did in the log. */
export function loggedRng(steps: readonly LoggedStep[]): SquareRngFactory {
  return ({ image, step }): SquareRng => {
    const { below, flips, signs, active } = steps[step]!;
    const own = signs.flatMap(({ images, text }) => {
      const each = text.length / images;
      const place = images === 1 ? 0 : active.indexOf(image);
      return Array.from({ length: each }, (_, k) => text[place * each + k]);
    });
    let [nextBelow, nextFlip, nextSign] = [0, 0, 0];
    return {
      below: (end) => {
        const drawn = below[nextBelow++]!;
        // ⌊end · U⌋, and 0 of no choice.
        if (!(drawn >= 0 && drawn < Math.max(1, end)))
          throw new RangeError(`below(${end}): the log has ${drawn}.`);
        return drawn;
      },
      flip: () => flips[nextFlip++]!,
      sign: () => (own[nextSign++] === '+' ? 1 : -1),
    };
  };
}
