import { useEffect, useState } from 'react';
import type { RunEntry } from '../../state/train/entries.ts';

/** A hidden tab paused for longer than this is reported. */
const HELD_MS = 20_000;

/**
 * Milliseconds for which a run that should train took no step while the tab was hidden; 0 when it went on, as
 * it does where the browser lets workers work.
 */
export function useHeld({ live, activity }: RunEntry): number {
  const [held, setHeld] = useState(0);
  const training = activity === 'running';
  useEffect(() => {
    let hidden: { at: number; version: number } | null = null;
    const change = (): void => {
      if (document.hidden) {
        hidden = { at: performance.now(), version: live.version };
        return;
      }
      if (hidden === null || !training) return;
      const still = performance.now() - hidden.at;
      setHeld(live.version === hidden.version && still > HELD_MS ? still : 0);
      hidden = null;
    };
    document.addEventListener('visibilitychange', change);
    return () => document.removeEventListener('visibilitychange', change);
  }, [live, training]);
  return held;
}
