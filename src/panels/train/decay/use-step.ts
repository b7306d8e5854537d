import { useCallback, useEffect, useRef, useState } from 'react';
import type { RunKernel } from '../../../model/train/run.ts';
import type { RunEntry } from '../../../state/train/entries.ts';
import { readKernel } from '../../../state/train/kernel.ts';
import { runStore } from '../../../state/train/store.ts';

/** Lines of a norm-decay step; the last one moves the weights. */
export const LINES = 5;

/** A step that is looked at: up to which line it is, and what is known after it. */
export interface ShownStep {
  readonly layer: number;
  readonly before: RunKernel;
  /** Null until the step is taken. */
  readonly after: RunKernel | null;
  /** Lines done, 0 to {@link LINES}. */
  readonly line: number;
}

/** Rest between two readings while the run trains, in milliseconds. */
const FOLLOW_MS = 500;

/** What {@link useStep} gives. */
export interface StepControls {
  readonly shown: ShownStep | null;
  readonly refused: string | null;
  /** Whether the step is being taken. */
  readonly taking: boolean;
  readonly nextLine: () => void;
  readonly wholeStep: () => void;
  readonly read: () => void;
}

/** The kernel before the next step: where the last one ended, if one was taken. */
function begin({ before, after }: ShownStep): RunKernel {
  return after ?? before;
}

/** The whole step from `before` to `after`; only `after` when they are not one step apart. */
function afterTraining(layer: number, before: RunKernel, after: RunKernel): ShownStep {
  return after.step === before.step + 1
    ? { layer, before, after, line: LINES }
    : { layer, before: after, after: null, line: 0 };
}

/** Calls `read` while the run trains, at most every {@link FOLLOW_MS}. */
function useFollow(live: RunEntry['live'], follow: boolean, read: () => void): void {
  useEffect(() => {
    if (!follow) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const off = live.subscribe(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        read();
      }, FOLLOW_MS);
    });
    return () => {
      clearTimeout(timer);
      off();
    };
  }, [follow, live, read]);
}

/**
 * A layer's kernel and the step that norm decay takes on it, one line at a time. It is read again when the
 * run rests at another step, and while it trains if `follow` is set.
 */
export function useStep(entry: RunEntry, layer: number, follow: boolean): StepControls {
  const { id, step } = entry.summary;
  const idle = entry.activity === 'idle';
  const [shown, setShown] = useState<ShownStep | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const [taking, setTaking] = useState(false);
  const own = useRef(false);
  const asked = useRef(0);
  const layerShown = useRef(-1);

  const fetchKernel = useCallback(async (): Promise<RunKernel | null> => {
    const number = ++asked.current;
    const outcome = await readKernel(id, layer);
    // A later reading counts.
    if (number !== asked.current) return null;
    setRefused(outcome.ok ? null : outcome.failure.message);
    if (outcome.ok) layerShown.current = layer;
    return outcome.ok ? outcome.value : null;
  }, [id, layer]);
  const read = useCallback((): void => {
    void fetchKernel().then((before) => {
      if (before !== null) setShown({ layer, before, after: null, line: 0 });
    });
  }, [fetchKernel, layer]);

  useEffect(() => {
    if (!own.current && (idle || layerShown.current < 0)) read();
  }, [read, idle, step]);

  useEffect(() => {
    // Another layer was chosen while the step was taken.
    if (!taking && layerShown.current >= 0 && layerShown.current !== layer) read();
  }, [read, layer, taking]);

  const readUnlessStepping = useCallback((): void => {
    if (!own.current) read();
  }, [read]);
  useFollow(entry.live, follow, readUnlessStepping);

  const take = async (before: RunKernel): Promise<void> => {
    own.current = true;
    setTaking(true);
    await runStore.getState().train(id, 1);
    const after = await fetchKernel();
    own.current = false;
    setTaking(false);
    if (after === null) return;
    setShown(afterTraining(layer, before, after));
  };
  return {
    shown,
    refused,
    taking,
    read,
    nextLine: () => {
      if (shown === null || taking) return;
      const line = shown.after === null ? shown.line + 1 : 1;
      if (line < LINES) setShown({ layer, before: begin(shown), after: null, line });
      else void take(begin(shown));
    },
    wholeStep: () => {
      if (shown !== null && !taking) void take(begin(shown));
    },
  };
}
