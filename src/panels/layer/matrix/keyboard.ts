import type { Place } from './use-gestures.ts';
import {
  reveal,
  scaleOf,
  visibleEntries,
  WHOLE,
  zoomAt,
  type Stage,
  type View,
} from './viewport.ts';

/** Where the keyboard is: the view, and the entry under its cursor. */
export interface KeyState {
  readonly stage: Stage;
  readonly view: View;
  readonly cursor: Place | null;
  /** The nearest place with something to see: where zooming in goes when there is no cursor. */
  readonly toward: (place: Place) => Place;
}

/** Result of a key: a new view, a new cursor, or a pin set or cleared. */
export interface KeyEffect {
  readonly view?: View;
  readonly cursor?: Place;
  readonly pin?: 'set' | 'clear';
}

export interface Key {
  readonly key: string;
  readonly shift: boolean;
  readonly ctrl: boolean;
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};
/** With Shift an arrow goes so many entries. */
const LEAP = 10;
const ZOOM_STEP = 1.5;

function startOf({ stage, view, cursor }: KeyState): Place {
  if (cursor !== null) return cursor;
  const scale = scaleOf(stage, view.zoom);
  const middle = (start: number, seen: number, size: number): number =>
    Math.min(size - 1, Math.max(0, Math.floor(start + seen / 2)));
  return {
    row: middle(view.row, stage.height / scale.row, stage.rows),
    column: middle(view.column, stage.width / scale.column, stage.columns),
  };
}

function moved(state: KeyState, row: number, column: number): KeyEffect {
  const { stage, view } = state;
  const cursor = {
    row: Math.min(stage.rows - 1, Math.max(0, row)),
    column: Math.min(stage.columns - 1, Math.max(0, column)),
  };
  return { cursor, view: reveal(stage, view, cursor) };
}

function inView({ stage, view }: KeyState, { row, column }: Place): boolean {
  const { rows, columns } = visibleEntries(stage, view);
  return row >= rows[0] && row < rows[1] && column >= columns[0] && column < columns[1];
}

/**
 * Magnifies about the entry under the cursor when it is in view, else about the middle of what is in
 * view, or rather (on the way in) about what is to be seen near it: far in, nearly all of M is empty.
 */
export function zoomed(state: KeyState, factor: number): View {
  const { stage, view, cursor, toward } = state;
  const inward = factor > 1;
  const middle = startOf({ ...state, cursor: null });
  const about = inward ? toward(middle) : middle;
  const place = cursor !== null && inView(state, cursor) ? cursor : about;
  const scale = scaleOf(stage, view.zoom);
  const at = {
    x: (place.column + 0.5 - view.column) * scale.column,
    y: (place.row + 0.5 - view.row) * scale.row,
  };
  const next = zoomAt(stage, view, at, factor);
  return inward ? reveal(stage, next, place) : next;
}

type Act = (state: KeyState, key: Key) => KeyEffect;

/** Rows of a screen, less one that stays in view. */
function screenRows({ stage, view }: KeyState): number {
  return Math.max(1, Math.floor(stage.height / scaleOf(stage, view.zoom).row) - 1);
}

const page =
  (sign: number): Act =>
  (state) => {
    const from = startOf(state);
    return moved(state, from.row + sign * screenRows(state), from.column);
  };

const ACTS: Readonly<Record<string, Act>> = {
  '+': (state) => ({ view: zoomed(state, ZOOM_STEP) }),
  '=': (state) => ({ view: zoomed(state, ZOOM_STEP) }),
  '-': (state) => ({ view: zoomed(state, 1 / ZOOM_STEP) }),
  '0': () => ({ view: WHOLE }),
  PageUp: page(-1),
  PageDown: page(1),
  Home: (state, { ctrl }) => moved(state, ctrl ? 0 : startOf(state).row, 0),
  End: (state, { ctrl }) => {
    const { rows, columns } = state.stage;
    return moved(state, ctrl ? rows - 1 : startOf(state).row, columns - 1);
  },
  Enter: () => ({ pin: 'set' }),
  ' ': () => ({ pin: 'set' }),
  Escape: () => ({ pin: 'clear' }),
};

/** What a key means for the picture of M; null when it means nothing (the page may have it). */
export function keyEffect(state: KeyState, key: Key): KeyEffect | null {
  const step = STEPS[key.key];
  if (step !== undefined && !key.ctrl) {
    const from = startOf(state);
    const leap = key.shift ? LEAP : 1;
    // The first arrow only brings the cursor up.
    if (state.cursor === null) return moved(state, from.row, from.column);
    return moved(state, from.row + leap * step[0], from.column + leap * step[1]);
  }
  if (key.ctrl && !['Home', 'End'].includes(key.key)) return null;
  return ACTS[key.key]?.(state, key) ?? null;
}
