import { useMemo, useRef, type JSX, type ReactNode } from 'react';
import { KdeChart, type KdeLabels } from '../charts/kde-chart.tsx';
import { kdeTable } from '../charts/kde-paths.ts';
import type { FigureView } from '../model/compare/figure-view.ts';
import { useTheme } from '../ui/use-theme.ts';
import { densityFigure, legendTitle, readingText } from './density-data.ts';
import type { FigureEntry } from './entries.ts';
import { FigureFrame } from './figure-frame.tsx';
import { FIGURE_TEXT } from './messages.ts';

const MESSAGES = FIGURE_TEXT.density;

interface Props {
  readonly entries: readonly FigureEntry[];
  readonly view: FigureView;
  /** Width of the picture in its own unit; its usual one when left out. */
  readonly width?: number;
  /** What stands between the title and the picture. */
  readonly children?: ReactNode;
}

/** The density of the layers' norms of several nets, as the paper draws its Figure 2. */
export function DensityFigure({ entries, view, width, children }: Props): JSX.Element {
  const theme = useTheme();
  const svg = useRef<SVGSVGElement>(null);
  const { series, remarks } = useMemo(
    () => densityFigure(entries, view, theme),
    [entries, view, theme],
  );
  const { log } = view;
  const names = new Map(entries.map(({ id, name }) => [id, name]));
  const labels: KdeLabels = {
    title: MESSAGES.title,
    x: FIGURE_TEXT.axes[view.norm],
    y: log ? MESSAGES.perDecade : MESSAGES.y,
    legend: legendTitle(entries),
    cursor: MESSAGES.cursor,
    help: MESSAGES.help,
    reading: (reading) => readingText(reading, { series, names, log }),
  };
  return (
    <FigureFrame
      title={MESSAGES.title}
      file="layer-norms"
      svg={svg}
      table={() => kdeTable(series, log)}
      remarks={remarks}
      about={log ? MESSAGES.aboutLog : MESSAGES.about}
    >
      {children}
      <KdeChart
        series={series}
        labels={labels}
        log={log}
        svgRef={svg}
        {...(width ? { width } : {})}
      />
    </FigureFrame>
  );
}
