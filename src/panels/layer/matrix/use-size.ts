import { useLayoutEffect, useState, type RefObject } from 'react';

/** Size of an element in whole CSS pixels, and device pixels per CSS pixel. */
export interface Size {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

/** Follows the size of an element and the screen's pixel ratio; zero before the first layout. */
export function useSize(target: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0, ratio: 1 });
  useLayoutEffect(() => {
    const element = target.current;
    if (element === null) return;
    const measure = (): void => {
      const { width, height } = element.getBoundingClientRect();
      setSize({
        width: Math.floor(width),
        height: Math.floor(height),
        ratio: Math.min(window.devicePixelRatio || 1, 2),
      });
    };
    // The observer tells the first size too, once the page is laid out; asking would force that.
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [target]);
  return size;
}
