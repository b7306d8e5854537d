import { useState, type KeyboardEvent } from 'react';
import { matrixShape, type ConvOperator } from '../../../math/operator.ts';
import { keyEffect } from './keyboard.ts';
import type { Size } from './use-size.ts';
import type { Frame } from './sight.ts';
import type { Place } from './use-gestures.ts';
import { clampView, WHOLE, zoomAt, type Stage, type View } from './viewport.ts';

/** Below this width (CSS pixels) the room around the picture is cut. */
const NARROW = 520;

/** Room around the picture for labels and charts. */
export function frameOf(width: number): Frame {
  return width < NARROW
    ? { left: 44, top: 30, right: 60, bottom: 48 }
    : { left: 60, top: 32, right: 92, bottom: 68 };
}

/** Where the person is on M, and how they get elsewhere. */
export interface Navigation {
  readonly stage: Stage;
  readonly frame: Frame;
  readonly view: View;
  readonly cursor: Place | null;
  readonly setView: (view: View) => void;
  readonly setSquare: (square: boolean) => void;
  readonly zoomBy: (factor: number) => void;
  readonly onKey: (event: KeyboardEvent) => void;
}

interface Wishes {
  readonly onCursor: (cursor: Place) => void;
  readonly onPin: (cursor: Place | null) => void;
}

/** Keeps view and cursor on an M of this shape; another shape begins anew with all of it in view. */
export function useNavigation(operator: ConvOperator, size: Size, wishes: Wishes): Navigation {
  const [rows, columns] = matrixShape(operator);
  const [square, setSquare] = useState(false);
  const [state, setState] = useState<{ view: View; cursor: Place | null; shape: string }>({
    ...{ view: WHOLE, cursor: null, shape: '' },
  });
  const shape = `${rows}x${columns}`;
  const same = state.shape === shape;
  const frame = frameOf(size.width);
  const stage: Stage = {
    ...{ rows, columns, square },
    width: Math.max(1, size.width - frame.left - frame.right),
    height: Math.max(1, size.height - frame.top - frame.bottom),
  };
  const view = clampView(stage, same ? state.view : WHOLE);
  const cursor = same ? state.cursor : null;
  const change = (part: { view?: View; cursor?: Place | null }): void =>
    setState({ view, cursor, ...part, shape });
  const zoomBy = (factor: number): void => {
    const middle = { x: stage.width / 2, y: stage.height / 2 };
    change({ view: zoomAt(stage, view, middle, factor) });
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.altKey || event.metaKey) return;
    const key = { key: event.key, shift: event.shiftKey, ctrl: event.ctrlKey };
    const effect = keyEffect({ stage, view, cursor }, key);
    if (effect === null) return;
    event.preventDefault();
    change({
      ...(effect.view && { view: effect.view }),
      ...(effect.cursor && { cursor: effect.cursor }),
    });
    if (effect.cursor !== undefined) wishes.onCursor(effect.cursor);
    if (effect.pin === 'clear') wishes.onPin(null);
    else if (effect.pin === 'set' && cursor !== null) wishes.onPin(cursor);
  };
  const setView = (next: View): void => change({ view: next });
  return { stage, frame, view, cursor, setView, setSquare, zoomBy, onKey };
}
