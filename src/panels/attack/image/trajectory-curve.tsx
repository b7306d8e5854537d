import { useMemo, useRef, type JSX } from 'react';
import type { LineMark } from '../../../charts/line-axes.tsx';
import { LineChart } from '../../../charts/line-chart.tsx';
import type { LineAxis } from '../../../charts/line-frame.ts';
import { FigureFrame } from '../../../figures/figure-frame.tsx';
import type { AttackPath } from '../../../model/attack/jobs.ts';
import type { AttackNorm } from '../../../model/attack/kinds.ts';
import { formatNumber } from '../../../ui/format.ts';
import { useTheme } from '../../../ui/use-theme.ts';
import { useWidth } from '../../../ui/use-width.ts';
import { IMAGE_TEXT } from './messages.ts';
import { pathDrawing, type PathDrawing } from './trajectory-drawing.ts';

const WORDS = IMAGE_TEXT.curve;
const AXIS: LineAxis = { kind: 'linear', format: (value) => formatNumber(value, 2) };

interface Props {
  readonly path: AttackPath;
  readonly classes: readonly string[];
  readonly norm: AttackNorm;
  /** Name of the saved files, without ending. */
  readonly file: string;
  /** The step whose picture is shown. */
  readonly step: number;
  readonly onPick: (step: number) => void;
}

/** Part of the curve's length within which two marks' words would touch. */
const TOUCHING = 1 / 25;

/** Where the picture is; without words where another mark has its own. */
function hereMark({ marks }: PathDrawing, x: number, last: number): LineMark {
  const near = marks.some(
    (mark) => mark.label !== '' && Math.abs(mark.x - x) <= TOUCHING * Math.max(1, last),
  );
  return { x, label: near ? '' : WORDS.here };
}

/** Loss (or margin) over the steps of an attack; a click shows the picture of a step. */
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
      title={WORDS[drawing.kind]}
      file={file}
      svg={svg}
      table={drawing.table}
      remarks={[]}
      about={drawing.about}
    >
      <div ref={box}>
        <LineChart
          series={drawing.series}
          words={{
            title: WORDS[drawing.kind],
            x: WORDS.x,
            cursor: WORDS.cursor,
            help: WORDS.help,
            y: drawing.kind === 'loss' ? WORDS.yLoss : WORDS.yMargin,
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
