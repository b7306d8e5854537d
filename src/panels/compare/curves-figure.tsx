import { useEffect, useMemo, useRef, type JSX } from 'react';
import { LineChart, type LineLabels } from '../../charts/line-chart.tsx';
import type { LineAxis } from '../../charts/line-frame.ts';
import { FigureFrame } from '../../figures/figure-frame.tsx';
import type { FigureEntry } from '../../figures/entries.ts';
import { categoricalColor, cssColor, type Theme } from '../../math/palette.ts';
import type { FigureView } from '../../model/compare/figure-view.ts';
import type { RunEntry } from '../../state/train/entries.ts';
import { runStore } from '../../state/train/store.ts';
import { formatNumber } from '../../ui/format.ts';
import { Select } from '../../ui/select.tsx';
import { useTheme } from '../../ui/use-theme.ts';
import styles from './compare.module.css';
import {
  curvesReading,
  curveSeries,
  curvesTable,
  layerNames,
  type CurveRun,
} from './curves-data.ts';
import { TEXT } from './messages.ts';
import { useCompare, useRunsTick } from './use-entries.ts';

const MESSAGES = TEXT.curves;
/** A name that no layer has: the empty one. */
const LARGEST = '';
const LOOKS = [undefined, 'dashed', 'dotted'] as const;

interface Props {
  readonly runs: readonly RunEntry[];
  /** The entries that are drawn; runs among them have the same ids. */
  readonly shown: readonly FigureEntry[];
  readonly view: FigureView;
  readonly width: number;
}

interface DrawnRun {
  readonly run: RunEntry;
  readonly entry: FigureEntry;
}

function curveRun({ run, entry }: DrawnRun, norm: 'l1' | 'linf', theme: Theme): CurveRun {
  const { live, summary } = run;
  const look = LOOKS[entry.repeat % LOOKS.length];
  return {
    id: entry.id,
    name: entry.name,
    color: cssColor(categoricalColor(entry.color, theme)),
    ...(look === undefined ? {} : { look }),
    layers: summary.layers.map(({ name }) => name),
    steps: live.normSteps.view(),
    norms: live.norms[norm].view(),
  };
}

function useCurves(drawn: readonly DrawnRun[], norm: 'l1' | 'linf'): CurveRun[] {
  const theme = useTheme();
  const runs = useMemo(() => drawn.map(({ run }) => run), [drawn]);
  const tick = useRunsTick(runs);
  useEffect(() => {
    for (const { summary, loaded } of runs) {
      if (!loaded) void runStore.getState().readHistory(summary.id);
    }
  }, [runs]);
  return useMemo(
    () => drawn.map((one) => curveRun(one, norm, theme)),
    // The histories grow in place: the tick stands for them.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [drawn, norm, theme, tick],
  );
}

function LayerChoice({ names }: { readonly names: readonly string[] }): JSX.Element {
  const layer = useCompare((state) => state.layer);
  const setLayer = useCompare((state) => state.setLayer);
  const options = [
    { value: LARGEST, label: MESSAGES.largest },
    ...names.map((name) => ({ value: name, label: name })),
  ];
  return (
    <div className={styles.choice}>
      <Select
        label={MESSAGES.layer}
        value={layer !== null && names.includes(layer) ? layer : LARGEST}
        options={options}
        onChange={(name) => setLayer(name === LARGEST ? null : name)}
      />
    </div>
  );
}

function Curves({
  curves,
  view,
  width,
}: Pick<Props, 'view' | 'width'> & { readonly curves: readonly CurveRun[] }): JSX.Element {
  const svg = useRef<SVGSVGElement>(null);
  const chosen = useCompare((state) => state.layer);
  const names = layerNames(curves);
  const layer = chosen !== null && names.includes(chosen) ? chosen : null;
  const series = useMemo(() => curveSeries(curves, layer), [curves, layer]);
  const reached = Math.max(0, ...curves.map(({ steps }) => steps.at(-1) ?? 0));
  const kind = view.log ? 'log' : 'linear';
  const axis = useMemo(
    (): LineAxis => ({ kind, format: (value) => formatNumber(value, 3) }),
    [kind],
  );
  const labels: LineLabels = {
    title: MESSAGES.title,
    x: MESSAGES.x,
    cursor: MESSAGES.cursor,
    help: MESSAGES.help,
    y: MESSAGES.axes[view.norm === 'linf' ? 'linf' : 'l1'],
    reading: (x, nearest) => curvesReading(series, x, nearest),
  };
  const remarks = curves.flatMap(({ name, steps, layers }) => {
    if (steps.length === 0) return [MESSAGES.pending];
    return layer === null || layers.includes(layer) ? [] : [MESSAGES.lacks(name, layer)];
  });
  return (
    <FigureFrame
      title={MESSAGES.title}
      file="norms-over-training"
      svg={svg}
      table={() => curvesTable(curves, layer)}
      remarks={[...new Set(remarks)]}
      about={MESSAGES.about}
    >
      <LayerChoice names={names} />
      <LineChart
        series={series}
        labels={labels}
        axis={axis}
        reached={reached}
        width={width}
        end={reached}
        marks={[]}
        svgRef={svg}
      />
    </FigureFrame>
  );
}

/** Norms of the chosen runs over their training. */
export function CurvesFigure({ runs, shown, view, width }: Props): JSX.Element | null {
  const drawn = useMemo(() => {
    const entries = new Map(shown.map((entry) => [entry.id, entry]));
    return runs.flatMap((run): DrawnRun[] => {
      const entry = entries.get(run.summary.id);
      return entry === undefined ? [] : [{ run, entry }];
    });
  }, [runs, shown]);
  const norm = view.norm === 'linf' ? 'linf' : 'l1';
  const curves = useCurves(drawn, norm);
  if (drawn.length === 0) return null;
  if (view.norm === 'l1' || view.norm === 'linf')
    return <Curves curves={curves} view={view} width={width} />;
  return (
    <section aria-label={MESSAGES.title} className={styles.part}>
      <h2>{MESSAGES.title}</h2>
      <p className={styles.small}>{MESSAGES.noL2}</p>
    </section>
  );
}
