import { useEffect, useState, useSyncExternalStore } from 'react';

const REDUCED = '(prefers-reduced-motion: reduce)';

function follow(changed: () => void): () => void {
  const media = window.matchMedia(REDUCED);
  media.addEventListener('change', changed);
  return () => media.removeEventListener('change', changed);
}

/** Maximum time between two images, and total time of a long trajectory. */
const SLOWEST_MS = 150;
const WHOLE_MS = 9000;

export interface Player {
  readonly at: number;
  readonly playing: boolean;
  /** Whether playback is offered: not with reduced motion. */
  readonly offered: boolean;
  readonly go: (at: number) => void;
  readonly play: (on: boolean) => void;
}

/** Index among `count` images, moved manually or by playback, which stops at the end. */
export function usePlayer(count: number, first: number): Player {
  const offered = !useSyncExternalStore(follow, () => window.matchMedia(REDUCED).matches);
  const [at, setAt] = useState(first);
  const [wanted, setPlaying] = useState(false);
  const last = count - 1;
  const playing = wanted && offered && at < last;
  useEffect(() => {
    if (!playing) return undefined;
    const rest = Math.min(SLOWEST_MS, WHOLE_MS / count);
    const timer = setInterval(() => setAt((now) => Math.min(last, now + 1)), rest);
    return () => clearInterval(timer);
  }, [playing, count, last]);
  return {
    at: Math.min(at, last),
    playing,
    offered,
    go: (to) => {
      setPlaying(false);
      setAt(Math.max(0, Math.min(last, to)));
    },
    play: (on) => {
      if (on && at >= last) setAt(0);
      setPlaying(on);
    },
  };
}
