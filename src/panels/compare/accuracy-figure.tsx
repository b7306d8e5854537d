import { useMemo, useRef, type JSX } from 'react';
import { ScatterChart, type ScatterLabels } from '../../charts/scatter-chart.tsx';
import { robustRemarks, type FigureEntry } from '../../figures/entries.ts';
import { FigureFrame } from '../../figures/figure-frame.tsx';
import { useTheme } from '../../ui/use-theme.ts';
import { accuracyPoints, accuracyReading, accuracyTable } from './accuracy-data.ts';
import { TEXT } from './messages.ts';

const TEXTS = TEXT.accuracies;
const MESSAGES: ScatterLabels = {
  title: TEXTS.title,
  x: TEXTS.x,
  y: TEXTS.y,
  cursor: TEXTS.cursor,
  help: TEXTS.help,
  reading: accuracyReading,
};

interface Props {
  readonly entries: readonly FigureEntry[];
  readonly width: number;
}

/** Clean against robust accuracy of the nets that were attacked. */
export function AccuracyFigure({ entries, width }: Props): JSX.Element | null {
  const theme = useTheme();
  const svg = useRef<SVGSVGElement>(null);
  const points = useMemo(() => accuracyPoints(entries, theme), [entries, theme]);
  if (points.length === 0) return null;
  return (
    <FigureFrame
      title={TEXTS.title}
      file="clean-and-robust-accuracy"
      svg={svg}
      table={() => accuracyTable(entries)}
      remarks={robustRemarks(entries)}
      about={TEXTS.about}
    >
      <ScatterChart points={points} width={width} labels={MESSAGES} end={100} svgRef={svg} />
    </FigureFrame>
  );
}
