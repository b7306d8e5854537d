import type { DeviceTrouble } from './device-error.ts';

/** Milliseconds for which a device may finish nothing while somebody waits for it. */
export const HUNG_AFTER = 30_000;

/** What a queue watch asks and tells. */
export interface QueueWatchOptions {
  /** When the device last finished something, in milliseconds of `performance.now()`. */
  readonly answered: () => number;
  /** Told once a wait, when nothing was finished for `hungAfter`. */
  readonly onHung: (trouble: DeviceTrouble) => void;
  readonly hungAfter: number;
}

/**
 * Looks again and again whether a device gets anywhere while something waits for it: a slow one is
 * not a hung one.
 *
 * @returns what ends the watch.
 */
export function watchQueue({ answered, onHung, hungAfter }: QueueWatchOptions): () => void {
  const since = performance.now();
  const look = (): void => {
    const silent = performance.now() - Math.max(since, answered());
    if (silent < hungAfter) {
      timer = setTimeout(look, hungAfter - silent);
      return;
    }
    const message = `The GPU has finished nothing for ${Math.round(hungAfter / 1000)} s: its queue hangs.`;
    onHung({ code: 'hung-queue', message });
  };
  let timer = setTimeout(look, hungAfter);
  return () => clearTimeout(timer);
}
