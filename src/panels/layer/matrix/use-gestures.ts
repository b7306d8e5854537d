import { useEffect, useRef, type RefObject } from 'react';
import { entryAt, panBy, zoomAt, type Point, type Stage, type View } from './viewport.ts';

/** An entry's place in M. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** What gestures act on, and what they bring about. */
export interface Gestures {
  readonly stage: Stage;
  readonly view: View;
  readonly onView: (view: View) => void;
  readonly onHover: (place: Place | null) => void;
  readonly onPick: (place: Place) => void;
}

/** A press that moved less than this is a click. */
const CLICK_PX = 4;
/** Magnification of one notch of a wheel (100 pixels). */
const NOTCH = 1.25;

interface Press {
  last: Point;
  moved: number;
}

function pointIn(element: HTMLElement, event: { clientX: number; clientY: number }): Point {
  const box = element.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
const apart = (a: Point, b: Point): number => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));

/** One or two fingers (or the mouse) moved: pan, and with two also zoom. */
function moveView(
  presses: Map<number, Press>,
  id: number,
  to: Point,
  { stage, view }: Gestures,
): View {
  const press = presses.get(id);
  if (press === undefined) return view;
  const other = [...presses].find(([key]) => key !== id)?.[1].last;
  const step = { x: to.x - press.last.x, y: to.y - press.last.y };
  press.moved += Math.hypot(step.x, step.y);
  const from = press.last;
  press.last = to;
  if (other === undefined) return press.moved < CLICK_PX ? view : panBy(stage, view, step);
  const panned = panBy(stage, view, { x: step.x / 2, y: step.y / 2 });
  return zoomAt(stage, panned, middle(to, other), apart(to, other) / apart(from, other));
}

/** Wheel, drag and pinch on an element; the wheel scrolls the page when there is nothing to zoom out. */
export function useGestures(target: RefObject<HTMLElement | null>, gestures: Gestures): void {
  const present = useRef(gestures);
  useEffect(() => {
    present.current = gestures;
  });
  useEffect(() => {
    const element = target.current;
    if (element === null) return;
    const presses = new Map<number, Press>();
    const stop = new AbortController();
    const listen = <K extends keyof HTMLElementEventMap>(
      type: K,
      act: (event: HTMLElementEventMap[K]) => void,
    ): void => element.addEventListener(type, act, { signal: stop.signal, passive: false });

    listen('wheel', (event) => {
      const { stage, view, onView } = present.current;
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 : 1;
      const turn = event.deltaY * lines * (event.ctrlKey ? 4 : 1);
      const next = zoomAt(stage, view, pointIn(element, event), NOTCH ** (-turn / 100));
      if (next.zoom === view.zoom && !event.ctrlKey) return;
      event.preventDefault();
      onView(next);
    });
    listen('pointerdown', (event) => {
      if (event.button !== 0) return;
      presses.set(event.pointerId, { last: pointIn(element, event), moved: 0 });
      element.setPointerCapture(event.pointerId);
    });
    listen('pointermove', (event) => {
      const { stage, view, onView, onHover } = present.current;
      const at = pointIn(element, event);
      if (presses.has(event.pointerId)) {
        const next = moveView(presses, event.pointerId, at, present.current);
        if (next !== view) onView(next);
      }
      onHover(entryAt(stage, view, at));
    });
    const release = (event: PointerEvent, picks: boolean): void => {
      const press = presses.get(event.pointerId);
      presses.delete(event.pointerId);
      if (press === undefined || press.moved >= CLICK_PX || !picks) return;
      const { stage, view, onPick } = present.current;
      const place = entryAt(stage, view, press.last);
      if (place !== null) onPick(place);
    };
    listen('pointerup', (event) => release(event, true));
    listen('pointercancel', (event) => release(event, false));
    listen('pointerleave', () => present.current.onHover(null));
    return () => stop.abort();
  }, [target]);
}
