import type { LineSeries } from '../../../charts/line-chart.tsx';
import { wilsonInterval } from '../../../math/intervals.ts';
import { robustAttackOf } from '../../../model/train/robust.ts';
import type { EpochRecord, RobustCount } from '../../../model/train/run.ts';
import type { RunLive } from '../../../state/train/live.ts';
import { formatCount } from '../../../ui/format.ts';
import { TEXT } from '../messages.ts';
import { formatAttack, percent } from '../labels.ts';
import { curvesOf, robustPoints, testPoints } from './curves.ts';
import { nameOf, othersAt } from './drawings.ts';
import type { DrawnRun, Drawing } from './figure.tsx';

const MESSAGES = TEXT.charts;

const testOf = ({ testCorrect, testCount }: EpochRecord): RobustCount => {
  return { correct: testCorrect, count: testCount };
};
const rateOf = ({ correct, count }: RobustCount): number => correct / count;

const epochAt = ({ epochs }: RunLive, step: number): EpochRecord | undefined =>
  epochs.findLast((epoch) => epoch.step <= step);
const robustAt = ({ epochs }: RunLive, step: number): EpochRecord | undefined =>
  epochs.findLast((epoch) => epoch.step <= step && epoch.robust !== null);

const testRateAt = (live: RunLive, step: number): number => {
  const epoch = epochAt(live, step);
  return epoch === undefined ? NaN : rateOf(testOf(epoch));
};
const robustRateAt = (live: RunLive, step: number): number => {
  const robust = robustAt(live, step)?.robust;
  return robust == null ? NaN : rateOf(robust);
};

function formatInterval({ correct, count }: RobustCount) {
  const { lower, upper } = wilsonInterval(correct, count);
  const ends = { low: percent(lower), high: percent(upper) };
  return { rate: percent(correct / count), n: formatCount(count), ...ends };
}

function formatTest(epoch: EpochRecord | undefined): string {
  if (epoch === undefined) return '';
  return `${MESSAGES.testAt({ epoch: epoch.epoch, ...formatInterval(testOf(epoch)) })} `;
}

function formatRobust({ entry: { live, summary } }: DrawnRun, step: number): string {
  const found = robustAt(live, step);
  const attack = robustAttackOf(summary.experiment);
  if (found?.robust == null || attack === null) return '';
  const { epoch, robust } = found;
  return `${MESSAGES.robustAt({ epoch, attack: formatAttack(attack), ...formatInterval(robust) })} `;
}

/** Which images the training accuracy is of. */
function imagesOf({ entry }: DrawnRun): keyof typeof MESSAGES.images {
  return entry.summary.experiment.adversarial.kind === 'pgd-at' ? 'attacked' : 'clean';
}

function seriesOf(runs: readonly DrawnRun[]): LineSeries[] {
  const test = runs.map((run, index): LineSeries => {
    const { live } = run.entry;
    const label = runs.length > 1 ? nameOf(run) : MESSAGES.test;
    const at = (x: number): number => testRateAt(live, x);
    return {
      id: `test-${index}`,
      label,
      color: run.color,
      points: testPoints(live),
      at,
      dots: true,
    };
  });
  const robust = runs.map((run, index): LineSeries => {
    const { live } = run.entry;
    const at = (x: number): number => robustRateAt(live, x);
    return {
      id: `robust-${index}`,
      label: index === 0 ? MESSAGES.robust : '',
      color: run.color,
      points: robustPoints(live),
      at,
      dots: true,
      look: 'dotted',
    };
  });
  const train = runs.slice(0, 1).map((run): LineSeries => {
    const { values, points } = curvesOf(run.entry.live).smoothAccuracy;
    const at = (x: number): number => values.at(x - 1);
    const label = imagesOf(run) === 'attacked' ? MESSAGES.trainAttacked : MESSAGES.train;
    return { id: 'train', label, color: run.color, points, at, look: 'dashed' };
  });
  return [...test, ...robust.filter(({ points }) => points.count > 0), ...train];
}

const COLUMNS = [
  'run',
  'epoch',
  'step',
  'test right',
  'test images',
  'test accuracy',
  'lower 95 %',
  'upper 95 %',
  'train right',
  'train images',
  'train loss',
  'test loss',
  'seconds',
  'stood PGD',
  'attacked by PGD',
  'robust accuracy',
  'robust lower 95 %',
  'robust upper 95 %',
  'attack',
];

function robustCells(robust: RobustCount | null, attack: string): (string | number)[] {
  if (robust === null) return ['', '', '', '', '', ''];
  const { lower, upper } = wilsonInterval(robust.correct, robust.count);
  return [robust.correct, robust.count, rateOf(robust), lower, upper, attack];
}

function rowsOf(run: DrawnRun): (string | number)[][] {
  const { live, summary } = run.entry;
  const attack = robustAttackOf(summary.experiment);
  const words = attack === null ? '' : formatAttack(attack);
  return live.epochs.map((epoch) => {
    const { lower, upper } = wilsonInterval(epoch.testCorrect, epoch.testCount);
    return [
      nameOf(run),
      epoch.epoch,
      epoch.step,
      epoch.testCorrect,
      epoch.testCount,
      rateOf(testOf(epoch)),
      lower,
      upper,
      epoch.trainCorrect,
      epoch.trainCount,
      epoch.trainLoss,
      epoch.testLoss,
      epoch.seconds,
      ...robustCells(epoch.robust, words),
    ];
  });
}

/**
 * Test accuracy after each epoch, robust accuracy where it was measured, and the smoothed training
 * accuracy of the chosen run.
 */
export function drawAccuracy(runs: readonly DrawnRun[]): Drawing {
  return {
    series: seriesOf(runs),
    reading: (step) => {
      const [run] = runs;
      if (run === undefined || run.entry.live.steps.loss.length === 0) return MESSAGES.nothing;
      const { live } = run.entry;
      const at = Math.max(1, step);
      const rate = percent(curvesOf(live).smoothAccuracy.values.at(at - 1));
      return (
        formatTest(epochAt(live, step)) +
        formatRobust(run, step) +
        MESSAGES.trainAt(at, rate, MESSAGES.images[imagesOf(run)]) +
        othersAt(runs, (one) => testRateAt(one, step), percent)
      );
    },
    table: () => [COLUMNS, ...runs.flatMap(rowsOf)],
  };
}
