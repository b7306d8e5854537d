import { useId, type JSX } from 'react';
import { Button } from '../../../ui/button.tsx';
import type { ImageShape } from '../image/pixels.ts';
import { colorOf, type Pen } from './drawing.ts';
import { OWN_TEXT as MESSAGES } from './messages.ts';
import styles from './own.module.css';

/** Settings of the pen. */
export interface ToolState {
  readonly eraser: boolean;
  /** Pixels. */
  readonly width: number;
  /** Brightness in per cent, of nets that take one channel. */
  readonly shade: number;
  /** `#rrggbb`, of the others. */
  readonly color: string;
}

export const FIRST_TOOL: ToolState = { eraser: false, width: 2, shade: 100, color: '#f0c030' };
const WIDEST = 12;

/** What the tool draws with; the eraser draws the black that an empty image has. */
export function penOf({ eraser, width, shade, color }: ToolState, [, , channels]: ImageShape): Pen {
  if (eraser) return { width, color: [0] };
  return { width, color: channels === 3 ? colorOf(color) : [shade / 100] };
}

interface RangeProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

function Range({ label, value, min, max, onChange }: RangeProps): JSX.Element {
  const id = useId();
  return (
    <div className={styles.range}>
      <label htmlFor={id}>{`${label} ${value}`}</label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        value={value}
        onChange={({ target }) => onChange(Number(target.value))}
      />
    </div>
  );
}

interface Props {
  readonly tool: ToolState;
  readonly shape: ImageShape;
  readonly canUndo: boolean;
  readonly onTool: (tool: ToolState) => void;
  readonly onUndo: () => void;
  readonly onClear: () => void;
}

/** Pen and eraser, their width and colour, undo and clear. */
export function Tools({ tool, shape, canUndo, onTool, onUndo, onClear }: Props): JSX.Element {
  const id = useId();
  const set = (change: Partial<ToolState>): void => onTool({ ...tool, ...change });
  return (
    <div className={styles.tools}>
      <div role="group" aria-label={MESSAGES.tool} className={styles.buttons}>
        <Button aria-pressed={!tool.eraser} onClick={() => set({ eraser: false })}>
          {MESSAGES.pen}
        </Button>
        <Button aria-pressed={tool.eraser} onClick={() => set({ eraser: true })}>
          {MESSAGES.eraser}
        </Button>
        <Button disabled={!canUndo} onClick={onUndo}>
          {MESSAGES.undo}
        </Button>
        <Button onClick={onClear}>{MESSAGES.clear}</Button>
      </div>
      <Range
        label={MESSAGES.width}
        value={tool.width}
        min={1}
        max={WIDEST}
        onChange={(width) => set({ width })}
      />
      {shape[2] === 3 ? (
        <div className={styles.range}>
          <label htmlFor={id}>{MESSAGES.paint}</label>
          <input
            id={id}
            type="color"
            value={tool.color}
            onChange={({ target }) => set({ color: target.value, eraser: false })}
          />
        </div>
      ) : (
        <Range
          label={MESSAGES.shade}
          value={tool.shade}
          min={0}
          max={100}
          onChange={(shade) => set({ shade, eraser: false })}
        />
      )}
    </div>
  );
}
