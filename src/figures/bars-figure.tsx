import { useMemo, useRef, type JSX } from 'react';
import { BarChart, type BarLabels } from '../charts/bar-chart.tsx';
import { barTable } from '../charts/bar-layout.ts';
import type { FigureView } from '../model/compare/figure-view.ts';
import { useTheme } from '../ui/use-theme.ts';
import { alignLayers, barsFigure, barsReading } from './bars-data.ts';
import type { FigureEntry } from './entries.ts';
import { FigureFrame } from './figure-frame.tsx';
import { FIGURE_TEXT } from './messages.ts';

const MESSAGES = FIGURE_TEXT.bars;

interface Props {
  readonly entries: readonly FigureEntry[];
  readonly view: FigureView;
  /** Width that there is, in pixels. */
  readonly width: number;
}

/** The norm of every layer of several nets, side by side. */
export function BarsFigure({ entries, view, width }: Props): JSX.Element {
  const theme = useTheme();
  const svg = useRef<SVGSVGElement>(null);
  const aligned = useMemo(() => alignLayers(entries, view), [entries, view]);
  const { data, remarks } = useMemo(() => barsFigure(entries, view, theme), [entries, view, theme]);
  const labels: BarLabels = {
    title: MESSAGES.title,
    x: MESSAGES.x,
    y: FIGURE_TEXT.axes[view.norm],
    legend: MESSAGES.legend,
    cursor: MESSAGES.cursor,
    help: MESSAGES.help,
    reading: (at) => barsReading(aligned, entries, { at, view }),
  };
  return (
    <FigureFrame
      title={MESSAGES.title}
      file="norms-by-layer"
      svg={svg}
      table={() => barTable(data, MESSAGES.x)}
      remarks={remarks}
      about={MESSAGES.about}
    >
      <BarChart data={data} labels={labels} svgRef={svg} width={width} />
    </FigureFrame>
  );
}
