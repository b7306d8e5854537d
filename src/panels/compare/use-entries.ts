import { useEffect, useMemo, useReducer } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { entryOfNet, withRepeats, type FigureEntry } from '../../figures/entries.ts';
import type { AttackSubject, EvaluationRecord } from '../../model/attack/evaluation.ts';
import { attackStore } from '../../state/attack/store.ts';
import { compareStore, type CompareActions, type CompareState } from '../../state/compare/store.ts';
import { netStore, type NetEntry } from '../../state/net/store.ts';
import type { RunEntry } from '../../state/train/entries.ts';
import { runStore } from '../../state/train/store.ts';
import { candidatesOf, robustOf, shownEvaluation } from './robust.ts';
import { entryOfRun, type LastNorms } from './run-entry.ts';

/** Interval between two updates of running runs, in milliseconds. */
const REST = 1000;

/** Reads a part of the panel's state and follows it. */
export function useCompare<T>(select: (state: CompareState & CompareActions) => T): T {
  return useStore(compareStore, select);
}

/** A number that changes at most once a second while any of the runs' histories does. */
export function useRunsTick(runs: readonly RunEntry[]): number {
  const [tick, next] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const changed = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        next();
      }, REST);
    };
    const ends = runs.map(({ live }) => live.subscribe(changed));
    return () => {
      clearTimeout(timer);
      for (const end of ends) end();
    };
  }, [runs]);
  return tick;
}

/** The last record that the page knows: the history's, where it has been read. */
function lastNorms({ summary, live }: RunEntry): LastNorms {
  const { layers } = live;
  const rows = live.normSteps.length;
  if (rows === 0) return summary.norms;
  const last = (values: Float64Array): number[] =>
    Array.from(values.subarray((rows - 1) * layers, rows * layers));
  return { l1: last(live.norms.l1.view()), linf: last(live.norms.linf.view()) };
}

type Named = AttackSubject & { readonly name: string; readonly step: number };

/** Nets that can be attacked as they are now: runs that rest, and opened nets with a description. */
function subjectsOf(runs: readonly RunEntry[], nets: readonly NetEntry[]): Named[] {
  return [
    ...runs.flatMap(({ activity, summary: { id, step, labels } }): Named[] =>
      activity === 'idle' ? [{ kind: 'run', id, name: labels.name, step }] : [],
    ),
    ...nets.flatMap(({ summary: { id, name, described } }): Named[] =>
      described ? [{ kind: 'net', id, name, step: 0 }] : [],
    ),
  ];
}

/** The finished evaluations; the same list while others run. */
export function useFinished(): readonly EvaluationRecord[] {
  return useStore(
    attackStore,
    useShallow(({ evaluations }) =>
      evaluations.map(({ record }) => record).filter(({ finished }) => finished),
    ),
  );
}

/**
 * Adds robust accuracies to entries, from finished evaluations of exactly a net's current weights.
 * A net's weights are hashed when an evaluation may belong to it.
 */
function useRobust(
  entries: readonly FigureEntry[],
  subjects: readonly Named[],
): readonly FigureEntry[] {
  const finished = useFinished();
  const hashes = useCompare((state) => state.hashes);
  const attack = useCompare((state) => state.attack);
  const identify = useCompare((state) => state.identify);
  const candidates = useMemo(
    () => new Map(subjects.map((subject) => [subject.id, candidatesOf(finished, subject)])),
    [finished, subjects],
  );
  useEffect(() => {
    for (const { kind, id, step } of subjects)
      if ((candidates.get(id)?.length ?? 0) > 0) void identify({ kind, id }, step);
  }, [subjects, candidates, identify]);
  return useMemo(() => {
    const steps = new Map(subjects.map(({ id, step }) => [id, step]));
    return entries.map((entry) => {
      const known = hashes.get(entry.id);
      if (known?.hashes == null || known.step !== steps.get(entry.id)) return entry;
      const record = shownEvaluation(candidates.get(entry.id) ?? [], known.hashes, attack);
      return record === null ? entry : { ...entry, robust: robustOf(record) };
    });
  }, [entries, subjects, hashes, candidates, attack]);
}

/** The entries to compare. */
export interface Compared {
  readonly runs: readonly RunEntry[];
  /** Runs, then nets, told apart where a colour comes again. */
  readonly entries: readonly FigureEntry[];
  /** Those that are drawn. */
  readonly shown: readonly FigureEntry[];
}

/** All runs and open nets; runs that rest are looked at layer by layer. */
export function useCompared(): Compared {
  const runs = useStore(runStore, (state) => state.runs);
  const nets = useStore(netStore, (state) => state.nets);
  const opened = useCompare((state) => state.opened);
  const hidden = useCompare((state) => state.hidden);
  const openRun = useCompare((state) => state.openRun);
  const tick = useRunsTick(runs);
  useEffect(() => {
    for (const { summary, activity } of runs) {
      if (activity === 'idle' && !hidden.has(summary.id)) void openRun(summary.id, summary.step);
    }
  }, [runs, hidden, openRun]);
  const subjects = useMemo(() => subjectsOf(runs, nets), [runs, nets]);
  const plain = useMemo(() => {
    const ofRuns = runs.map((run) =>
      entryOfRun(run.summary, lastNorms(run), opened.get(run.summary.id)),
    );
    return withRepeats([...ofRuns, ...nets.map(entryOfNet)]);
    // The histories grow in place: the tick stands for them.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [runs, nets, opened, tick]);
  const entries = useRobust(plain, subjects);
  return useMemo(
    () => ({ runs, entries, shown: entries.filter(({ id }) => !hidden.has(id)) }),
    [runs, entries, hidden],
  );
}
