import type { JSX } from 'react';
import { AxisLines, tickTexts, YTicks } from './axes.tsx';
import styles from './line-chart.module.css';
import type { LineAxis, LineFrame, LineScales } from './line-frame.ts';

/** A labelled place on the x axis where something was changed. */
export interface LineMark {
  readonly x: number;
  readonly label: string;
}

interface Props {
  readonly scales: LineScales;
  readonly frame: LineFrame;
  readonly axis: LineAxis;
  readonly names: { readonly x: string; readonly y: string };
}

/** Height of a mark's label, which runs along its line. */
const BESIDE = 14;
/** Pixels that a number on the x axis takes. */
const X_TICK = 70;

/** Grid, ticks and names of both axes. */
export function LineAxes({ scales: { x, y, yTicks }, frame, axis, names }: Props): JSX.Element {
  const [base, right] = [frame.height - frame.bottom, frame.width - frame.right];
  const box = { left: frame.left, top: frame.top, base, right };
  const xTicks = x.ticks(Math.max(2, Math.floor((right - frame.left) / X_TICK)));
  return (
    <g>
      <YTicks ticks={tickTexts(yTicks, axis.format)} y={y} box={box} />
      {xTicks
        .filter((tick) => Number.isInteger(tick))
        .map((tick) => (
          <text key={tick} x={x(tick)} y={base + 15} textAnchor="middle">
            {tick}
          </text>
        ))}
      <AxisLines box={box} height={frame.height} names={names} place="end" />
    </g>
  );
}

/** Dashed lines where something was changed, labelled along them. */
export function LineMarks(props: {
  readonly marks: readonly LineMark[];
  readonly scales: LineScales;
  readonly frame: LineFrame;
}): JSX.Element {
  const { marks, scales, frame } = props;
  return (
    <g>
      {marks.map(({ x, label }, index) => (
        <g key={`${index}-${label}`} transform={`translate(${scales.x(x)},0)`}>
          <line y1={frame.top} y2={frame.height - frame.bottom} className={styles.mark} />
          <text
            // Beside the line, on the side where the axis has no numbers.
            transform={`translate(${scales.x(x) < frame.left + BESIDE ? 10 : -3},${frame.top + 4}) rotate(-90)`}
            textAnchor="end"
          >
            {label}
          </text>
        </g>
      ))}
    </g>
  );
}
