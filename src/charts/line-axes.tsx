import type { JSX } from 'react';
import styles from './line-chart.module.css';
import type { LineAxis, LineFrame, LineScales } from './line-frame.ts';

/** A place on the x axis that is pointed out in words: something was changed there. */
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

/** Height of a mark's words, which stand along its line. */
const BESIDE = 14;
/** Pixels that a number on the x axis takes. */
const X_TICK = 70;

/** Grid, ticks and names of both axes; y's name stands above its axis, to be read without turning. */
export function LineAxes({ scales: { x, y, yTicks }, frame, axis, names }: Props): JSX.Element {
  const [base, right] = [frame.height - frame.bottom, frame.width - frame.right];
  const xTicks = x.ticks(Math.max(2, Math.floor((right - frame.left) / X_TICK)));
  return (
    <g>
      {yTicks.map((tick) => (
        <g key={tick} transform={`translate(0,${y(tick)})`}>
          <line x1={frame.left} x2={right} className={styles.grid} />
          <text x={frame.left - 6} dy="0.32em" textAnchor="end">
            {axis.format(tick)}
          </text>
        </g>
      ))}
      {xTicks
        .filter((tick) => Number.isInteger(tick))
        .map((tick) => (
          <text key={tick} x={x(tick)} y={base + 15} textAnchor="middle">
            {tick}
          </text>
        ))}
      <path d={`M${frame.left},${frame.top}V${base}H${right}`} className={styles.axis} />
      <text x={right} y={frame.height - 3} textAnchor="end" className={styles.name}>
        {names.x}
      </text>
      <text x={4} y={11} className={styles.name}>
        {names.y}
      </text>
    </g>
  );
}

/** Dashed lines where something was changed, what was changed written along them. */
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
