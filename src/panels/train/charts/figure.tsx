import { useCallback, useMemo, useRef, type JSX } from 'react';
import type { LineMark } from '../../../charts/line-axes.tsx';
import { LineChart, type LineSeries, type LineLabels } from '../../../charts/line-chart.tsx';
import type { LineAxis } from '../../../charts/line-frame.ts';
import { SaveButtons } from '../../../figures/save-buttons.tsx';
import { categoricalColor, cssColor } from '../../../math/palette.ts';
import type { RunEntry } from '../../../state/train/entries.ts';
import { useStaged } from '../../../ui/use-staged.ts';
import { useTheme } from '../../../ui/use-theme.ts';
import { useWidth } from '../../../ui/use-width.ts';
import { TEXT } from '../messages.ts';
import styles from '../train.module.css';
import { useLive } from '../use-runs.ts';
import { stepsOf, formatTick } from '../labels.ts';
import { advanceCurves, axisEnd, type CurvePart } from './curves.ts';

const MESSAGES = TEXT.charts;

/** What a figure is made of: asked for again at each drawing. */
export interface Drawing {
  readonly series: readonly LineSeries[];
  readonly reading: LineLabels['reading'];
  /** Another axis than the figure's, where the numbers ask for it. */
  readonly axis?: LineAxis;
  /** Its numbers, all of them and all digits. */
  readonly table: () => (string | number)[][];
}

/** A run and its colour on screen. */
export interface DrawnRun {
  readonly entry: RunEntry;
  readonly color: string;
}

interface Props {
  /** The chosen run first. */
  readonly runs: readonly RunEntry[];
  readonly title: string;
  readonly file: string;
  readonly names: { readonly x: string; readonly y: string };
  readonly help: string;
  readonly axis: LineAxis;
  /** The part of the runs' curves that it draws. */
  readonly part: CurvePart;
  /** Its turn among the images that follow the same history. */
  readonly turn: number;
  readonly draw: (runs: readonly DrawnRun[]) => Drawing;
}

/** Steps at which the user changed a number during the run. */
function marksOf({ summary }: RunEntry): LineMark[] {
  return summary.experiment.edits.map(({ step, field, value }) => ({
    x: step - 1,
    label: `${TEXT.edits.marks[field]} = ${formatTick(value)}`,
  }));
}

/** What to draw of the runs now; null until their curves are prepared. */
function useDrawing({ runs, part, turn, draw }: Props): Drawing | null {
  const theme = useTheme();
  const lives = useMemo(() => runs.map(({ live }) => live), [runs]);
  // Long histories are processed in pieces, so that none blocks the page.
  const prepare = useCallback(
    () => lives.every((live) => advanceCurves(live, part)),
    [lives, part],
  );
  const version = useLive(lives, turn, prepare);
  // The charts of a newly selected run are mounted one after the other.
  const ready = useStaged(true, false, turn);
  return useMemo(
    () =>
      ready && version > 0
        ? draw(
            runs.map((entry) => ({
              entry,
              color: cssColor(categoricalColor(entry.summary.labels.color, theme)),
            })),
          )
        : null,
    // The histories grow in place: their version says when they have changed.
    [runs, theme, draw, version, ready],
  );
}

/** A chart over steps with its title and exports, redrawn at most five times per second. */
export function Figure(props: Props): JSX.Element {
  const { runs, title, file, names, help, axis } = props;
  const svg = useRef<SVGSVGElement>(null);
  const [box, width] = useWidth<HTMLDivElement>(480);
  const drawing = useDrawing(props);
  const [chosen] = runs;
  if (chosen === undefined) return <div ref={box} />;
  const reached = Math.max(...runs.map(stepsOf), 0);
  const total = Math.max(
    ...runs.map(({ summary, live }) => live.progress?.steps ?? summary.steps),
    1,
  );
  return (
    <section aria-label={title} className={styles.figure}>
      <div className={styles.bar}>
        <h2>{title}</h2>
        <SaveButtons
          compact
          file={file}
          svg={svg}
          table={drawing?.table ?? (() => [])}
          label={(format) => MESSAGES.save(format, title)}
        />
      </div>
      <div ref={box} className={styles.box}>
        {drawing !== null && (
          <LineChart
            series={drawing.series}
            labels={{
              title,
              ...names,
              cursor: MESSAGES.cursor(title),
              reading: drawing.reading,
              help,
            }}
            axis={drawing.axis ?? axis}
            end={axisEnd(total, reached)}
            reached={reached}
            marks={marksOf(chosen)}
            width={width}
            svgRef={svg}
          />
        )}
      </div>
    </section>
  );
}
