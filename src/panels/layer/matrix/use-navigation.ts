import { useState, type KeyboardEvent } from 'react';
import { matrixShape, type ConvOperator } from '../../../math/operator.ts';
import { keyEffect, zoomed, type KeyState } from './keyboard.ts';
import { nearestEntry } from './nearest-entry.ts';
import type { Size } from './use-size.ts';
import type { Frame } from './sight.ts';
import type { Place } from './use-gestures.ts';
import { clampView, scaleOf, type Stage, type View } from './viewport.ts';

/** Below this width (CSS pixels) the room around the picture is cut. */
const NARROW = 520;

/** Room around the picture for labels and charts. */
function frameOf(width: number): Frame {
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
  /** Which part of M is in view, kept by whoever owns the picture. */
  readonly glance: Glance;
  readonly onGlance: (change: Partial<Glance>) => void;
}

/** Which part of M is in view: first row, first column and magnification; and the entries' form. */
export interface Glance {
  readonly at: readonly [row: number, column: number, zoom: number];
  readonly square: boolean;
}

/** Keeps the view on M, and a cursor as long as M has this shape. */
export function useNavigation(operator: ConvOperator, size: Size, wishes: Wishes): Navigation {
  const [rows, columns] = matrixShape(operator);
  const { at, square } = wishes.glance;
  const [kept, setKept] = useState<{ cursor: Place | null; shape: string }>({
    cursor: null,
    shape: '',
  });
  const shape = `${rows}x${columns}`;
  const frame = frameOf(size.width);
  const stage: Stage = {
    rows,
    columns,
    square,
    width: Math.max(1, size.width - frame.left - frame.right),
    height: Math.max(1, size.height - frame.top - frame.bottom),
  };
  const view = clampView(stage, { row: at[0], column: at[1], zoom: at[2] });
  const cursor = kept.shape === shape ? kept.cursor : null;
  const setView = ({ row, column, zoom }: View): void =>
    wishes.onGlance({ at: [row, column, zoom] });
  const setSquare = (next: boolean): void => wishes.onGlance({ square: next });
  const toward = (place: Place): Place => nearestEntry(operator, place, scaleOf(stage, view.zoom));
  const state: KeyState = { stage, view, cursor, toward };
  const zoomBy = (factor: number): void => setView(zoomed(state, factor));
  const onKey = (event: KeyboardEvent): void => {
    if (event.altKey || event.metaKey) return;
    const key = { key: event.key, shift: event.shiftKey, ctrl: event.ctrlKey };
    const effect = keyEffect(state, key);
    if (effect === null) return;
    event.preventDefault();
    if (effect.view !== undefined) setView(effect.view);
    if (effect.cursor !== undefined) setKept({ cursor: effect.cursor, shape });
    if (effect.cursor !== undefined) wishes.onCursor(effect.cursor);
    if (effect.pin === 'clear') wishes.onPin(null);
    else if (effect.pin === 'set' && cursor !== null) wishes.onPin(cursor);
  };
  return { stage, frame, view, cursor, setView, setSquare, zoomBy, onKey };
}
