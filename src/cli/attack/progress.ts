import process from 'node:process';
import type { EvaluationStep } from '../../attack/evaluation-run.ts';
import type { TrustProgress } from '../../attack/trust/trust-card.ts';
import { estimate } from '../../model/attack/estimate.ts';
import { attacksOf } from '../../model/attack/plan.ts';
import { ATTACK_KINDS } from '../../model/attack/kinds.ts';
import type { EvaluationRecord, TrustCheck } from '../../model/attack/evaluation.ts';
import { evaluationSummary, type Share } from '../../model/attack/evaluation-summary.ts';
import { clock } from '../train/progress.ts';

const WIDTH = 24;
/** Minimum time between two redraws of the bar, in milliseconds. */
const DRAW_EVERY = 200;

/** Formats a share in percent with its count and Wilson interval. */
export function formatShare({ count, n, rate, interval }: Share): string {
  const percent = (value: number): string => (100 * value).toFixed(1);
  const range = `${percent(interval.lower)}–${percent(interval.upper)} %`;
  return `${percent(rate)} % (${count} of ${n}, 95 %: ${range})`;
}

/** Formats how many checks of a trust card passed, failed and were not run. */
export function formatTrust(checks: readonly TrustCheck[]): string {
  const count = (state: TrustCheck['state']): number =>
    checks.filter((check) => check.state === state).length;
  return `${count('pass')} checks passed, ${count('fail')} failed, ${count('not-run')} not run`;
}

/** Number of finished attacks: all but the last one started, which may still be running. */
function attacksOver({ tallies, finished }: EvaluationRecord): number {
  return finished ? tallies.length : Math.max(0, tallies.length - 1);
}

/** Progress of an evaluation on stderr: a bar on terminals, and a line per attack everywhere. */
export class AttackProgress {
  readonly #write: (text: string) => void;
  /** Number of classes of the net. */
  readonly #classes: number;
  #drawn = -Infinity;
  #reported: number;

  constructor(
    write: (text: string) => void,
    { record, classes }: { readonly record: EvaluationRecord; readonly classes: number },
  ) {
    this.#write = write;
    this.#classes = classes;
    this.#reported = record.verdicts.length === 0 ? -1 : attacksOver(record);
  }

  /** Reports the progress of an evaluation. */
  step(step: EvaluationStep): void {
    this.#lines(step);
    const now = performance.now();
    if (!process.stderr.isTTY || now - this.#drawn < DRAW_EVERY) return;
    this.#drawn = now;
    process.stderr.write(`\r\u001b[K${this.#bar(step)}`);
  }

  /** Reports the progress of a trust card. */
  trust({ done, of, title }: TrustProgress): void {
    const now = performance.now();
    if (!process.stderr.isTTY || now - this.#drawn < DRAW_EVERY) return;
    this.#drawn = now;
    process.stderr.write(`\r\u001b[Ktrust: ${done} of ${of} checks, now ${title}`);
  }

  /** Prints a permanent line. */
  line(text: string): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    this.#write(text);
  }

  #bar(step: EvaluationStep): string {
    const { attack, done, of, running, broken } = step.progress;
    const { part, secondsLeft } = estimate(step.record, step.progress, this.#classes);
    const filled = Math.round(WIDTH * part);
    const left = part > 0.01 ? `  ${clock(secondsLeft)} left at most` : '';
    const entry = attack === null ? undefined : attacksOf(step.record.plan)[attack];
    const name = entry === undefined ? 'clean images' : ATTACK_KINDS[entry.kind].label;
    const bar = '#'.repeat(filled) + '.'.repeat(WIDTH - filled);
    return `[${bar}] ${name}: ${done} of ${of} done, ${running} under attack, ${broken} broken${left}`;
  }

  /** Prints final numbers once: clean accuracy, and robust accuracy after each attack. */
  #lines({ record }: EvaluationStep): void {
    if (record.verdicts.length === 0) return;
    const over = attacksOver(record);
    if (this.#reported >= over && this.#reported >= 0) return;
    const summary = evaluationSummary(record)!;
    if (this.#reported < 0) {
      this.line(`clean: ${formatShare(summary.clean)}`);
      this.#reported = 0;
    }
    for (; this.#reported < over; this.#reported++) {
      const after = summary.attacks[this.#reported]!;
      const seconds = record.attackSeconds?.[this.#reported] ?? 0;
      this.line(
        `after ${after.kind}: ${formatShare(after.standing)}, ${after.broken} broken, ${clock(seconds)}`,
      );
    }
  }
}
