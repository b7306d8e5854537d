import type { JSX, RefObject } from 'react';
import type { ConvOperator } from '../../../math/operator.ts';
import { cssColor, divergingColor } from '../../../math/palette.ts';
import { TEXT } from '../messages.ts';
import styles from './slide.module.css';
import type { Paint } from './slide-grids.ts';
import {
  blockEntries,
  firstLine,
  lineOf,
  MOST_LINES,
  slideStep,
  type Channels,
} from './slide-model.ts';

const WIDTH = 560;
const LINE = 9;
const LABEL = 52;

interface Props {
  readonly op: ConvOperator;
  readonly step: number;
  readonly channels: Channels;
  readonly paint: Paint;
  readonly svgRef: RefObject<SVGSVGElement | null>;
}

/** The lines of M that the kernel has written so far, within one channel block. */
export function BlockLines({ op, step, channels, paint, svgRef }: Props): JSX.Element {
  const first = firstLine(step);
  const lines = Array.from({ length: step - first + 1 }, (_, at) => {
    const placed = slideStep(op, first + at, channels);
    return { line: lineOf(op, placed, channels.i), entries: blockEntries(op, placed) };
  });
  const columns = op.geometry.input[0] * op.geometry.input[1];
  const scale = WIDTH / columns;
  const height = MOST_LINES * LINE + 4;
  return (
    <svg
      ref={svgRef}
      className={styles.lines}
      viewBox={`0 0 ${LABEL + WIDTH + 2} ${height}`}
      role="img"
      aria-label={`${TEXT.slide.lines[op.transposed ? 'column' : 'row']} ${lines.at(-1)?.line ?? 0}`}
    >
      <rect x={LABEL} y={0.5} width={WIDTH} height={height - 1} className={styles.frame} />
      {lines.map(({ line, entries }, at) => (
        <g key={line}>
          <text
            x={LABEL - 6}
            y={at * LINE + 7}
            className={styles.label}
            data-now={first + at === step}
          >
            {line}
          </text>
          {entries.map(({ column, value }) => (
            <rect
              key={column}
              x={LABEL + column * scale}
              y={at * LINE + 2}
              width={Math.max(1.5, scale)}
              height={LINE - 1}
              fill={cssColor(
                divergingColor(paint.largest > 0 ? value / paint.largest : 0, paint.theme),
              )}
            />
          ))}
          {first + at === step && (
            <rect
              x={LABEL}
              y={at * LINE + 1}
              width={WIDTH}
              height={LINE + 1}
              className={styles.now}
            />
          )}
        </g>
      ))}
    </svg>
  );
}
