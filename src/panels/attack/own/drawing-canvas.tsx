import { useMemo, useRef, useState, type JSX, type KeyboardEvent, type PointerEvent } from 'react';
import { formatNumber } from '../../../ui/format.ts';
import { PixelCanvas } from '../image/pixel-canvas.tsx';
import { picturePixels, type ImageShape } from '../image/pixels.ts';
import { withLine, type Pen, type Spot } from './drawing.ts';
import { OWN_TEXT as MESSAGES } from './messages.ts';
import styles from './own.module.css';

interface Props {
  readonly image: Float32Array;
  readonly shape: ImageShape;
  readonly pen: Pen;
  /** Called with the image after each part of a stroke; `begins` is true for the first part. */
  readonly onDraw: (image: Float32Array, begins: boolean) => void;
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

const clamp = (value: number, count: number): number => Math.min(count - 0.5, Math.max(0.5, value));

/** The centre of the middle pixel. */
function centreOf([height, width]: ImageShape): Spot {
  return [Math.floor(height / 2) + 0.5, Math.floor(width / 2) + 0.5];
}

/** Where in the image, in pixels from its upper left corner, an event is. */
function spotOf(event: PointerEvent, [height, width]: ImageShape): Spot {
  const box = event.currentTarget.getBoundingClientRect();
  return [
    ((event.clientY - box.top) / box.height) * height,
    ((event.clientX - box.left) / box.width) * width,
  ];
}

interface CursorProps {
  readonly row: number;
  readonly column: number;
  readonly shape: ImageShape;
}

/** The frame around the pixel under the keyboard's cursor. */
function Cursor({ row, column, shape: [height, width] }: CursorProps): JSX.Element {
  return (
    <span
      className={styles.cursor}
      style={{
        top: `${(100 * row) / height}%`,
        left: `${(100 * column) / width}%`,
        height: `${100 / height}%`,
        width: `${100 / width}%`,
      }}
    />
  );
}

/** The image, to be drawn on by pointer, finger or keyboard. */
export function DrawingCanvas({ image, shape, pen, onDraw }: Props): JSX.Element {
  const [height, width, channels] = shape;
  const last = useRef<Spot | null>(null);
  const [cursor, setCursor] = useState(() => centreOf(shape));
  const pixels = useMemo(() => picturePixels(image, shape), [image, shape]);

  const draw = (from: Spot, to: Spot, begins: boolean): void =>
    onDraw(withLine(image, shape, { pen, from, to }), begins);
  const press = (event: KeyboardEvent): void => {
    const arrow = ARROWS[event.key];
    if (arrow !== undefined) {
      const next = [
        clamp(cursor[0] + arrow[0], height),
        clamp(cursor[1] + arrow[1], width),
      ] as const;
      if (event.shiftKey) draw(cursor, next, true);
      setCursor(next);
    } else if (event.key === ' ') {
      draw(cursor, cursor, true);
    } else {
      return;
    }
    event.preventDefault();
  };
  const [row, column] = cursor.map(Math.floor) as [number, number];
  const start = (row * width + column) * channels;
  const value = Array.from(image.subarray(start, start + channels), (v) => formatNumber(v, 2));
  return (
    <>
      {/* Role application: it takes the focus, and its name explains the keys. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- see above */}
      <div
        role="application"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above
        tabIndex={0}
        aria-label={MESSAGES.canvas(height, width)}
        className={styles.canvas}
        onKeyDown={press}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          last.current = spotOf(event, shape);
          draw(last.current, last.current, true);
        }}
        onPointerMove={(event) => {
          if (last.current === null) return;
          const to = spotOf(event, shape);
          draw(last.current, to, false);
          last.current = to;
        }}
        onPointerUp={() => (last.current = null)}
        onPointerCancel={() => (last.current = null)}
      >
        <PixelCanvas pixels={pixels} shape={shape} />
        <Cursor row={row} column={column} shape={shape} />
      </div>
      <span className="visually-hidden" aria-live="polite">
        {MESSAGES.at(row, column, value.join(', '))}
      </span>
    </>
  );
}
