import { startTransition, useCallback, useEffect, useRef, useState } from 'react';
import { FrameQueue } from './frame-queue.ts';

/** The frame's layout and paint are one task of the browser, what follows is the next one. */
const FRAME_QUEUE = new FrameQueue((run) => requestAnimationFrame(() => setTimeout(run)));

/**
 * A value that the page's readers take over one after the other, a frame each, so that a change of everything
 * never blocks the page for longer than its slowest reader. A reader that waits takes the newest value.
 *
 * @param first value until the first update
 * @param priority order among the readers of a value, smallest first
 */
export function useStaged<T>(value: T, first: T, priority: number): T {
  const [shown, setShown] = useState(first);
  const newest = useRef(value);
  const take = useCallback(() => startTransition(() => setShown(() => newest.current)), []);
  useEffect(() => {
    newest.current = value;
    if (!Object.is(value, shown)) FRAME_QUEUE.enqueue(take, priority);
  }, [value, shown, take, priority]);
  useEffect(() => () => FRAME_QUEUE.cancel(take), [take]);
  return shown;
}
