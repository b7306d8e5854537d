import { startTransition, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { RunEntry } from '../../state/train/entries.ts';
import type { RunLive } from '../../state/train/live.ts';
import { runStore, type RunActions, type RunState } from '../../state/train/store.ts';

/** Reads a part of the runs' state and follows it. */
export function useRuns<T>(select: (state: RunState & RunActions) => T): T {
  return useStore(runStore, select);
}

/** The selected run; null when the form of a new one is on screen. */
export function useChosen(): RunEntry | null {
  return useRuns(
    ({ runs, selected }) => runs.find(({ summary: { id } }) => id === selected) ?? null,
  );
}

/** Minimum interval between two drawings of the same chart, in milliseconds. */
const REST_MS = 200;
/** Rests between the first drawings of two things: each then has a task of its own. */
const TURN_MS = 45;

/**
 * Follows histories that grow: gives a number that changes at most five times a second. `turn` keeps the
 * images of one panel out of each other's tasks.
 *
 * @param prepare what a drawing needs, done in pieces, a task each: true when nothing is left to do
 */
export function useLive(
  lives: readonly RunLive[],
  turn: number,
  prepare: () => boolean = nothing,
): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let rest = turn * TURN_MS;
    const draw = (): void => {
      if (!prepare()) {
        timer = setTimeout(draw);
        return;
      }
      timer = undefined;
      rest = REST_MS;
      startTransition(() => setVersion((before) => before + 1));
    };
    const ask = (): void => {
      timer ??= setTimeout(draw, rest);
    };
    ask();
    const offs = lives.map((live) => live.subscribe(ask));
    return () => {
      clearTimeout(timer);
      for (const off of offs) off();
    };
  }, [lives, turn, prepare]);
  return version;
}

function nothing(): boolean {
  return true;
}
