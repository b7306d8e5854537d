import { describe, expect, it } from 'vitest';
import { keyEffect, type KeyState } from './keyboard.ts';
import {
  clampView,
  entryAt,
  panBy,
  placeAt,
  scaleOf,
  visibleEntries,
  WHOLE,
  zoomAt,
  type Stage,
} from './viewport.ts';

const BIG: Stage = { rows: 802_816, columns: 150_528, width: 800, height: 600, square: false };
const SQUARE: Stage = { ...BIG, square: true };

describe('the view on M', () => {
  it('begins with all of M in view, each side filling its side of the picture', () => {
    expect(visibleEntries(BIG, WHOLE)).toEqual({ rows: [0, 802_816], columns: [0, 150_528] });
  });

  it('shows all of M in the middle when entries are square', () => {
    const view = clampView(SQUARE, WHOLE);
    const scale = scaleOf(SQUARE, 0);
    expect(scale.row).toBe(scale.column);
    expect(visibleEntries(SQUARE, view)).toEqual({ rows: [0, 802_816], columns: [0, 150_528] });
    expect(view.column).toBeLessThan(0);
  });

  it('ends at cells with room for a number, on both sides at once', () => {
    expect(scaleOf(BIG, 1).row).toBeCloseTo(28, 9);
    expect(scaleOf(BIG, 1).column).toBeCloseTo(64, 9);
  });

  it('keeps the place under the pointer while zooming, and comes back to the whole', () => {
    const at = { x: 311, y: 222 };
    let view = WHOLE;
    for (let n = 0; n < 30; n++) {
      const before = placeAt(BIG, view, at);
      view = zoomAt(BIG, view, at, 1.25);
      const after = placeAt(BIG, view, at);
      // Float rounding of positions up to 10⁶.
      expect(Math.abs(after.row - before.row)).toBeLessThan(1e-6);
      expect(Math.abs(after.column - before.column)).toBeLessThan(1e-6);
    }
    for (let n = 0; n < 60; n++) view = zoomAt(BIG, view, at, 0.8);
    expect(view).toEqual(WHOLE);
  });

  it('never leaves M', () => {
    const near = zoomAt(BIG, WHOLE, { x: 400, y: 300 }, 50);
    const far = panBy(BIG, near, { x: -1e9, y: -1e9 });
    const { rows, columns } = visibleEntries(BIG, far);
    expect([rows[1], columns[1]]).toEqual([BIG.rows, BIG.columns]);
    expect(entryAt(BIG, far, { x: 799.999, y: 599.999 })).toEqual({
      row: BIG.rows - 1,
      column: BIG.columns - 1,
    });
  });
});

describe('the keyboard', () => {
  const state: KeyState = {
    stage: BIG,
    view: WHOLE,
    cursor: { row: 5, column: 7 },
    toward: (place) => place,
  };
  const press = (key: string, extra: { shift?: boolean; ctrl?: boolean } = {}, from = state) =>
    keyEffect(from, { key, shift: false, ctrl: false, ...extra });

  it('moves the cursor by one entry, by ten with Shift, and stops at the border', () => {
    expect(press('ArrowDown')?.cursor).toEqual({ row: 6, column: 7 });
    expect(press('ArrowRight', { shift: true })?.cursor).toEqual({ row: 5, column: 17 });
    expect(press('ArrowUp', { shift: true })?.cursor).toEqual({ row: 0, column: 7 });
  });

  it('goes to the ends of the row, and with Control of M', () => {
    expect(press('End')?.cursor).toEqual({ row: 5, column: BIG.columns - 1 });
    expect(press('End', { ctrl: true })?.cursor).toEqual({
      row: BIG.rows - 1,
      column: BIG.columns - 1,
    });
    expect(press('Home', { ctrl: true })?.cursor).toEqual({ row: 0, column: 0 });
  });

  it('begins in the middle of what is in view', () => {
    const first = press('ArrowDown', {}, { ...state, cursor: null });
    expect(first?.cursor).toEqual({ row: 401_408, column: 75_264 });
  });

  it('zooms, fits, pins and lets go', () => {
    expect(press('+')?.view?.zoom).toBeGreaterThan(0);
    expect(press('0')?.view).toEqual(WHOLE);
    expect(press('Enter')).toEqual({ pin: 'set' });
    expect(press(' ')).toEqual({ pin: 'set' });
    expect(press('Escape')).toEqual({ pin: 'clear' });
  });

  it('leaves every other key to the page', () => {
    expect(press('Tab')).toBeNull();
    expect(press('c', { ctrl: true })).toBeNull();
    expect(press('+', { ctrl: true })).toBeNull();
  });

  it('keeps the cursor in view when zoomed in', () => {
    const close = {
      stage: BIG,
      view: clampView(BIG, { row: 0, column: 0, zoom: 1 }),
      cursor: { row: 5, column: 7 },
      toward: state.toward,
    };
    const moved = press('End', {}, close);
    expect(visibleEntries(BIG, moved!.view!).columns[1]).toBe(BIG.columns);
  });
});
