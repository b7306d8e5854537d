import process from 'node:process';
import type { Experiment } from '../../model/train/experiment.ts';
import { robustAttackOf, type RobustAttack } from '../../model/train/robust.ts';
import type { EpochRecord, RunProgress } from '../../model/train/run.ts';

const WIDTH = 24;
/** Minimum time between two redraws of the bar, in milliseconds. */
const DRAW_EVERY = 200;

/** Formats a share in percent with one decimal. */
const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

/** A time such as 1:02:03 or 04:05. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number): string => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return `${hours > 0 ? `${hours}:` : ''}${two(minutes)}:${two(whole % 60)}`;
}

function robustPart({ robust }: EpochRecord, attack: RobustAttack | null): string {
  if (robust === null || attack === null) return '';
  const { correct, count } = robust;
  const { norm, eps, steps } = attack;
  const how = `PGD-${steps}, ${norm} ${eps}, not AutoAttack`;
  return `robust ${percent(correct, count)} (${correct} of ${count}; ${how})  `;
}

/** One line about a finished epoch. */
export function epochLine(record: EpochRecord, experiment: Experiment): string {
  const { epochs } = experiment.training;
  const { epoch, trainLoss, trainCorrect, trainCount, testLoss, testCorrect, testCount } = record;
  return (
    `epoch ${epoch}/${epochs}  loss ${trainLoss.toFixed(4)}  ` +
    `train ${percent(trainCorrect, trainCount)}  test ${percent(testCorrect, testCount)} ` +
    `(${testCorrect} of ${testCount}, loss ${testLoss.toFixed(4)})  ` +
    `${robustPart(record, robustAttackOf(experiment))}${clock(record.seconds)}`
  );
}

/** Progress on stderr: a bar on terminals, and a line per epoch everywhere. */
export class ProgressLine {
  readonly #start = performance.now();
  #first: number | null = null;
  #drawn = -Infinity;

  constructor(private readonly write: (text: string) => void) {}

  /** Redraws the bar when that is due. */
  step({ phase, step, steps, epoch, epochs }: RunProgress): void {
    if (!process.stderr.isTTY) return;
    this.#first ??= step;
    const now = performance.now();
    if (now - this.#drawn < DRAW_EVERY) return;
    this.#drawn = now;
    const done = Math.round((WIDTH * step) / steps);
    const taken = step - this.#first;
    const left =
      taken === 0 ? '' : `  ${clock(((now - this.#start) / 1000 / taken) * (steps - step))} left`;
    const bar = '#'.repeat(done) + '.'.repeat(WIDTH - done);
    process.stderr.write(
      `\r\u001b[K[${bar}] step ${step}/${steps}  epoch ${epoch}/${epochs}  ${phase}${left}`,
    );
  }

  /** Prints a permanent line. */
  line(text: string): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    this.write(text);
  }
}
