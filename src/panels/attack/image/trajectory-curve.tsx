import { useMemo, useRef, type JSX } from 'react';
import type { LineMark } from '../../../charts/line-axes.tsx';
import { LineChart } from '../../../charts/line-chart.tsx';
import type { LineAxis } from '../../../charts/line-frame.ts';
import { FigureFrame } from '../../../figures/figure-frame.tsx';
import type { AttackTrajectory } from '../../../model/attack/jobs.ts';
import type { AttackNorm } from '../../../model/attack/kinds.ts';
import { formatNumber } from '../../../ui/format.ts';
import { useTheme } from '../../../ui/use-theme.ts';
import { useWidth } from '../../../ui/use-width.ts';
import { IMAGE_TEXT } from './messages.ts';
import { pathDrawing, type PathDrawing } from './trajectory-drawing.ts';

const MESSAGES = IMAGE_TEXT.curve;
const AXIS: LineAxis = { kind: 'linear', format: (value) => formatNumber(value, 2) };

interface Props {
  readonly path: AttackTrajectory;
  readonly classes: readonly string[];
  readonly norm: AttackNorm;
  /** Name of the saved files, without ending. */
  readonly file: string;
  /** The step whose image is shown. */
  readonly step: number;
  readonly onPick: (step: number) => void;
}

/** Fraction of the curve's length within which two marks' labels would overlap. */
const TOUCHING = 1 / 25;

/** Marks the displayed step; without a label when another mark's label is near. */
function hereMark({ marks }: PathDrawing, x: number, last: number): LineMark {
  const near = marks.some(
    (mark) => mark.label !== '' && Math.abs(mark.x - x) <= TOUCHING * Math.max(1, last),
  );
  return { x, label: near ? '' : MESSAGES.here };
}

/** Loss (or margin) over the steps of an attack; a click shows the image of a step. */
export function PathCurve({ path, classes, norm, file, step, onPick }: Props): JSX.Element {
  const theme = useTheme();
  const svg = useRef<SVGSVGElement>(null);
  const [box, width] = useWidth<HTMLDivElement>(560);
  const drawing = useMemo(
    () => pathDrawing(path, { theme, classes, norm }),
    [path, theme, classes, norm],
  );
  const last = path.steps.length - 1;
  return (
    <FigureFrame
      title={MESSAGES[drawing.kind]}
      file={file}
      svg={svg}
      table={drawing.table}
      remarks={[]}
      about={drawing.about}
    >
      <div ref={box}>
        <LineChart
          series={drawing.series}
          labels={{
            title: MESSAGES[drawing.kind],
            x: MESSAGES.x,
            cursor: MESSAGES.cursor,
            help: MESSAGES.help,
            y: drawing.kind === 'loss' ? MESSAGES.yLoss : MESSAGES.yMargin,
            reading: drawing.reading,
          }}
          axis={AXIS}
          end={last}
          reached={last}
          marks={[...drawing.marks, hereMark(drawing, step, last)]}
          width={width}
          svgRef={svg}
          onPick={onPick}
        />
      </div>
    </FigureFrame>
  );
}
