import type { JSX } from 'react';
import styles from './chart.module.css';

/** The rectangle that curves or bars are drawn in, in pixels. */
export interface PlotBox {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly base: number;
}

/** Texts of ticks. */
export function tickTexts(
  ticks: readonly number[],
  format: (value: number) => string,
): { readonly value: number; readonly text: string }[] {
  return ticks.map((value) => ({ value, text: format(value) }));
}

interface YTicksProps {
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
  readonly y: (value: number) => number;
  readonly box: PlotBox;
}

/** A grid line and a number for each tick of the y axis. */
export function YTicks({ ticks, y, box }: YTicksProps): JSX.Element {
  return (
    <>
      {ticks.map(({ value, text }) => (
        <g key={value} transform={`translate(0,${y(value)})`}>
          <line x1={box.left} x2={box.right} className={styles.grid} />
          <text x={box.left - 6} dy="0.32em" textAnchor="end">
            {text}
          </text>
        </g>
      ))}
    </>
  );
}

interface LinesProps {
  readonly box: PlotBox;
  /** Height of the drawing. */
  readonly height: number;
  /** Names of the axes. */
  readonly names: { readonly x: string; readonly y: string };
  /** `centre`: along the middle of each axis; `end`: x below its right end, y above its upper end. */
  readonly place: 'centre' | 'end';
}

/** The lines of both axes and their names. */
export function AxisLines({ box, height, names, place }: LinesProps): JSX.Element {
  const { left, right, top, base } = box;
  return (
    <>
      <path d={`M${left},${top}V${base}H${right}`} className={styles.axis} />
      {place === 'end' ? (
        <>
          <text x={right} y={height - 3} textAnchor="end" className={styles.name}>
            {names.x}
          </text>
          <text x={4} y={11} className={styles.name}>
            {names.y}
          </text>
        </>
      ) : (
        <>
          <text x={(left + right) / 2} y={height - 6} textAnchor="middle" className={styles.name}>
            {names.x}
          </text>
          <text
            transform={`translate(14,${(top + base) / 2}) rotate(-90)`}
            textAnchor="middle"
            className={styles.name}
          >
            {names.y}
          </text>
        </>
      )}
    </>
  );
}
