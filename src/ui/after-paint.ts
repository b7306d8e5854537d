/** The page's mark at the moment when such work begins: what was asked for earlier is the first load. */
const FIRST_PAINT_MARK = 'norm-lab:painted';

/**
 * Runs work once the page has been painted. A hidden tab paints nothing and gives no frames, so there
 * a timer does it. Returns what releases it (and of what the work returned for that).
 */
export function afterPaint(work: () => () => void): () => void {
  let undo: (() => void) | null = null;
  let begun = false;
  const begin = (): void => {
    if (begun) return;
    begun = true;
    performance.mark(FIRST_PAINT_MARK);
    undo = work();
  };
  const frame = requestAnimationFrame(() => setTimeout(begin));
  const timer = setTimeout(begin, 500);
  return () => {
    begun = true;
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    undo?.();
  };
}
