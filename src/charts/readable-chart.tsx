import {
  useId,
  type CSSProperties,
  type JSX,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  type Ref,
} from 'react';
import styles from './chart.module.css';

/** Texts that every chart has, in the reader's language. */
export interface ReadableLabels {
  readonly title: string;
  /** Accessible name of the cursor. */
  readonly cursor: string;
  /** What the keys do. */
  readonly help: string;
}

interface Props {
  readonly labels: ReadableLabels;
  /** Where the cursor is, and the range that it moves in. */
  readonly range: { readonly min: number; readonly max: number; readonly now: number };
  /** What is under the cursor, or where it starts. */
  readonly reading: string;
  /** Whether there is a cursor; without one the help is shown. */
  readonly active: boolean;
  /** Size of the view box. */
  readonly size: { readonly width: number; readonly height: number };
  /** In pixels. */
  readonly fontSize: 11 | 12;
  /** Keeps the drawing's height, whatever its width; else it scales. */
  readonly fixedHeight?: boolean;
  /** Keeps two lines for the reading, so that nothing below moves. */
  readonly fixedReading?: boolean;
  /** Styles of the drawing's box: its width, and which gestures scroll. */
  readonly style?: CSSProperties;
  readonly svgRef?: Ref<SVGSVGElement> | undefined;
  /** Moves the cursor; returns whether the key is one of the chart's. */
  readonly onKey: (event: KeyboardEvent) => boolean;
  /** Moves the cursor to a point of the view box; `pressed` when the pointer went down there. */
  readonly onPoint: (x: number, y: number, pressed: boolean) => void;
  /** Hides the cursor. */
  readonly onLeave: () => void;
  /** Whether a drawing that is wider than the page scrolls. */
  readonly scrolls?: boolean;
  /** SVG elements. */
  readonly children: ReactNode;
}

/**
 * A chart that is read by pointer and keyboard: an SVG in an element with the role slider, and below it what
 * is under the cursor.
 */
export function ReadableChart(props: Props): JSX.Element {
  const { labels, range, reading, active, size, fontSize, style, svgRef, children } = props;
  const { fixedHeight = false, fixedReading = false, scrolls = false } = props;
  const { onKey, onPoint, onLeave } = props;
  const helpId = useId();
  const point = (event: PointerEvent, pressed: boolean): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const scale = size.width / box.width;
    onPoint(
      (event.clientX - box.left) * scale,
      (event.clientY - box.top) * (fixedHeight ? 1 : scale),
      pressed,
    );
  };
  const drawing = (
    <div
      role="slider"
      tabIndex={0}
      aria-label={labels.cursor}
      aria-describedby={helpId}
      aria-valuemin={range.min}
      aria-valuemax={range.max}
      aria-valuenow={range.now}
      aria-valuetext={reading}
      className={styles.slider}
      style={style}
      onKeyDown={(event) => onKey(event) && event.preventDefault()}
      onPointerMove={(event) => point(event, false)}
      onPointerDown={(event) => point(event, true)}
      onPointerLeave={(event) => event.pointerType === 'mouse' && onLeave()}
    >
      <svg
        ref={svgRef}
        viewBox={`0 0 ${size.width} ${size.height}`}
        height={fixedHeight ? size.height : undefined}
        fontSize={fontSize}
        className={styles.svg}
      >
        <title>{labels.title}</title>
        {children}
      </svg>
    </div>
  );
  return (
    <div className={styles.chart}>
      {scrolls ? <div className={styles.scroll}>{drawing}</div> : drawing}
      <p className={styles.reading} data-fixed={fixedReading} aria-hidden="true">
        {active ? reading : labels.help}
      </p>
      <p id={helpId} className="visually-hidden">
        {labels.help}
      </p>
    </div>
  );
}
