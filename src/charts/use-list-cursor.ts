import { useState, type KeyboardEvent } from 'react';

/** Where each key moves a cursor over a list. */
const KEYS: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowLeft: (at) => at - 1,
  ArrowDown: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  ArrowUp: (at) => at + 1,
  PageDown: (at) => at - 10,
  PageUp: (at) => at + 10,
  Home: () => 0,
  End: (_, last) => last,
};

/** A cursor over a list. */
export interface ListCursor {
  /** Index of the item under it; null: hidden. */
  readonly at: number | null;
  /** Moves it; returns whether the key is one of its keys. */
  readonly onKey: (event: Pick<KeyboardEvent, 'key'>) => boolean;
  readonly onLeave: () => void;
  /** Moves it to the nearest index of the list; null hides it. */
  readonly set: (index: number | null) => void;
}

/** A cursor over a list of `count` items that keys move item by item. */
export function useListCursor(count: number): ListCursor {
  const [place, setPlace] = useState<number | null>(null);
  const last = count - 1;
  const clamp = (index: number): number => Math.min(last, Math.max(0, index));
  const at = place === null || last < 0 ? null : clamp(place);
  return {
    at,
    set: (index) => setPlace(index === null ? null : clamp(index)),
    onLeave: () => setPlace(null),
    onKey: ({ key }) => {
      const next = KEYS[key]?.(at ?? -1, last);
      if (next === undefined) return false;
      setPlace(clamp(next));
      return true;
    },
  };
}

/** Index of the smallest distance; null for an empty list. */
export function nearestIndex(distances: readonly number[]): number | null {
  return distances.length === 0 ? null : distances.indexOf(Math.min(...distances));
}
