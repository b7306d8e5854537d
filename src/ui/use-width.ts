import { useEffect, useRef, useState, type RefObject } from 'react';

/** Steps of the width, in pixels: an image is not laid out again for every pixel of a drag. */
const STEP = 8;

/**
 * Width of an element on the page, in CSS pixels rounded down to a multiple of 8; `first` until it has
 * been laid out.
 */
export function useWidth<T extends Element>(first: number): [RefObject<T | null>, number] {
  const ref = useRef<T>(null);
  const [width, setWidth] = useState(first);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.floor(entry.contentRect.width / STEP) * STEP);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
