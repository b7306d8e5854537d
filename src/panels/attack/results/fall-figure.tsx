import { useMemo, useRef, type JSX } from 'react';
import { BarChart, type BarLabels } from '../../../charts/bar-chart.tsx';
import { FigureFrame } from '../../../figures/figure-frame.tsx';
import { categoricalColor, cssColor } from '../../../math/palette.ts';
import type { EvaluationRecord } from '../../../model/attack/evaluation.ts';
import type { EvaluationSummary } from '../../../model/attack/evaluation-summary.ts';
import { useTheme } from '../../../ui/use-theme.ts';
import { useWidth } from '../../../ui/use-width.ts';
import { TEXT } from '../messages.ts';
import { useNetColor } from '../net-of.ts';
import styles from '../attack.module.css';
import { fallBars, fallReading, fallsOf, fallTable } from './fall-data.ts';

const MESSAGES = TEXT.results.fall;
/** Wider bars say no more. */
const BAR_ROOM = 120;

interface Props {
  readonly record: EvaluationRecord;
  readonly summary: EvaluationSummary;
}

/** What stands from the clean images on, attack by attack, each with its interval. */
export function FallFigure({ record, summary }: Props): JSX.Element {
  const theme = useTheme();
  const svg = useRef<SVGSVGElement>(null);
  const [box, width] = useWidth<HTMLDivElement>(480);
  const color = useNetColor(record.subject) ?? 0;
  const { name } = record.subject;
  const begun = record.tallies.length;
  const falls = useMemo(() => fallsOf(summary, begun), [summary, begun]);
  const data = useMemo(
    () => fallBars(falls, { name, color: cssColor(categoricalColor(color, theme)) }),
    [falls, name, color, theme],
  );
  const labels: BarLabels = {
    title: MESSAGES.title,
    x: MESSAGES.x,
    y: MESSAGES.y,
    legend: MESSAGES.legend,
    cursor: MESSAGES.cursor,
    help: MESSAGES.help,
    reading: (at) => fallReading(falls[at]!),
  };
  const remarks = falls.flatMap(({ after, share, complete }) =>
    share === null || complete ? [] : [MESSAGES.underWay(after)],
  );
  return (
    <div ref={box} className={styles.box}>
      <FigureFrame
        title={MESSAGES.title}
        file="robust-accuracy"
        svg={svg}
        table={() => fallTable(falls)}
        remarks={remarks}
        about={MESSAGES.about}
      >
        <BarChart
          data={data}
          labels={labels}
          svgRef={svg}
          width={Math.min(BAR_ROOM * (falls.length + 1), Math.max(280, width))}
        />
      </FigureFrame>
    </div>
  );
}
