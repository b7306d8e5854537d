import { useMemo, type JSX } from 'react';
import { LineChart } from '../../../charts/line-chart.tsx';
import type { LineAxis } from '../../../charts/line-frame.ts';
import { DEFAULT_EXPERIMENT } from '../../../model/train/experiment.ts';
import { lossName } from '../../../model/train/loss-name.ts';
import type { RunEntry } from '../../../state/train/entries.ts';
import { useTheme } from '../../../ui/use-theme.ts';
import { useWidth } from '../../../ui/use-width.ts';
import { TEXT } from '../messages.ts';
import styles from '../train.module.css';
import { useRuns } from '../use-runs.ts';
import { formatLogTick, formatTick } from '../labels.ts';
import { drawAccuracy } from './accuracy.ts';
import { drawLoss, drawNorms } from './drawings.ts';
import { Figure } from './figure.tsx';

const MESSAGES = TEXT.charts;
const LOSS: LineAxis = { kind: 'linear', format: formatTick };
const RATE: LineAxis = {
  kind: 'linear',
  domain: [0, 1],
  format: (rate) => `${Math.round(100 * rate)} %`,
};
const NORM: LineAxis = { kind: 'log', format: formatLogTick };

type Kind = 'loss' | 'accuracy' | 'l1' | 'linf';
const AXES: Readonly<Record<Kind, LineAxis>> = { loss: LOSS, accuracy: RATE, l1: NORM, linf: NORM };
const KINDS: readonly Kind[] = ['loss', 'accuracy', 'l1', 'linf'];
/** The norms drawn, after loss and accuracy. */
const NORMS = [
  { norm: 'l1', turn: 3 },
  { norm: 'linf', turn: 4 },
] as const;

function Blank({ kind }: { readonly kind: Kind }): JSX.Element {
  const [box, width] = useWidth<HTMLDivElement>(480);
  const labels = {
    title: MESSAGES[kind],
    x: MESSAGES.axes.step,
    cursor: '',
    help: '',
    y: kind === 'loss' ? lossName(DEFAULT_EXPERIMENT) : MESSAGES.axes[kind],
    reading: () => '',
  };
  return (
    <div className={styles.figure}>
      <p className={styles.blankTitle}>{MESSAGES[kind]}</p>
      <div ref={box} className={styles.box}>
        <LineChart
          series={[]}
          marks={[]}
          reached={0}
          end={100}
          width={width}
          labels={labels}
          axis={AXES[kind]}
        />
      </div>
    </div>
  );
}

/** The frames that a run's curves will fill. */
export function BlankCharts(): JSX.Element {
  return (
    <div className={styles.charts} inert>
      {KINDS.map((kind) => (
        <Blank key={kind} kind={kind} />
      ))}
    </div>
  );
}

/** Loss, accuracy and the norms of the chosen run over its steps; other runs' curves beside the first two. */
export function Charts({ entry }: { readonly entry: RunEntry }): JSX.Element {
  const theme = useTheme();
  const all = useRuns((state) => state.runs);
  const runs = useMemo(
    () => [entry, ...all.filter((other) => other !== entry && other.overlaid)],
    [entry, all],
  );
  const own = useMemo(() => [entry], [entry]);
  const drawNorm = useMemo(
    () => ({ l1: drawNorms('l1', theme), linf: drawNorms('linf', theme) }),
    [theme],
  );
  const names = (y: keyof typeof MESSAGES.axes): { x: string; y: string } => ({
    x: MESSAGES.axes.step,
    y: MESSAGES.axes[y],
  });
  return (
    <div className={styles.charts}>
      <Figure
        runs={runs}
        title={MESSAGES.loss}
        file="loss"
        axis={LOSS}
        part="steps"
        turn={1}
        draw={drawLoss}
        names={{ x: MESSAGES.axes.step, y: lossName(entry.summary.experiment) }}
        help={MESSAGES.help}
      />
      <Figure
        runs={runs}
        title={MESSAGES.accuracy}
        file="accuracy"
        axis={RATE}
        part="steps"
        turn={2}
        names={names('accuracy')}
        help={MESSAGES.help}
        draw={drawAccuracy}
      />
      {NORMS.map(({ norm, turn }) => (
        <Figure
          key={norm}
          runs={own}
          title={MESSAGES[norm]}
          file={`${norm}-norms`}
          axis={NORM}
          part={norm}
          turn={turn}
          draw={drawNorm[norm]}
          names={names(norm)}
          help={MESSAGES.normHelp}
        />
      ))}
    </div>
  );
}
