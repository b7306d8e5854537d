import { startTransition, useCallback, useEffect, useRef, useState } from 'react';
import { FrameQueue } from './frame-queue.ts';

/** After the next frame: its layout and paint are a task, what is done now is the next one. */
const FRAME_QUEUE = new FrameQueue((act) => requestAnimationFrame(() => setTimeout(act)));

/**
 * A value that its reader takes over a little later: all readers of the page one after the other, a
 * frame each. So what changes everything at once never holds the page up for longer than its largest
 * reader does. A reader that waits takes the newest value when its turn comes, so values that keep
 * coming starve nobody.
 *
 * @param first what is read until the first turn
 * @param place order among the readers of a value, smallest first
 */
export function useStaged<T>(value: T, first: T, place: number): T {
  const [shown, setShown] = useState(first);
  const newest = useRef(value);
  const take = useCallback(() => startTransition(() => setShown(() => newest.current)), []);
  useEffect(() => {
    newest.current = value;
    if (!Object.is(value, shown)) FRAME_QUEUE.ask(take, place);
  }, [value, shown, take, place]);
  useEffect(() => () => FRAME_QUEUE.drop(take), [take]);
  return shown;
}
