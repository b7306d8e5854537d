import { createStore, type StoreApi } from 'zustand/vanilla';
import type { JobFailure } from '../../model/jobs.ts';
import type {
  LayerEdit,
  NetRow,
  NetSummary,
  OpenNetInput,
  ReadingProgress,
} from '../../model/net/net.ts';
import { layerStore } from '../layer/store.ts';
import { mergeRows, unfinished } from './rows.ts';
import { runStore } from '../train/store.ts';
import { startJob } from '../worker-client.ts';

/** An open net, with the rows known so far. */
export interface NetEntry {
  readonly summary: NetSummary;
  readonly rows: ReadonlyMap<number, NetRow>;
  /** Index of this net's categorical colour, from 0. */
  readonly color: number;
  /** Layers that are being computed. */
  readonly busy: ReadonlySet<number>;
  /** Why a computation failed; null when it did not. */
  readonly failure: JobFailure | null;
}

export interface NetState {
  readonly nets: readonly NetEntry[];
  readonly selected: string | null;
  /** Names of the files being opened, and the progress. */
  readonly opening: {
    readonly names: readonly string[];
    readonly progress: ReadingProgress | null;
  } | null;
  /** Why the last opening failed. Open nets stay open. */
  readonly failure: JobFailure | null;
  /** The last removed net and its place. */
  readonly removed: { readonly entry: NetEntry; readonly at: number } | null;
}

export interface NetActions {
  readonly open: (files: OpenNetInput['files']) => Promise<void>;
  /** Opens the current net of a run; resolves to the failure, or null. */
  readonly openRun: (runId: string) => Promise<JobFailure | null>;
  readonly stopOpening: () => void;
  readonly dismissFailure: () => void;
  readonly select: (id: string) => void;
  readonly remove: (id: string) => void;
  readonly undoRemove: () => void;
  /** Computes the rows that a stop left out. */
  readonly resume: (id: string) => void;
  /** Computes the tightest ℓ2 intervals of these layers. */
  readonly refine: (id: string, layers: readonly number[]) => void;
  readonly stop: (id: string) => void;
  /** Changes a layer's geometry and recomputes it; resolves to the failure, or null. */
  readonly edit: (id: string, layer: number, change: LayerEdit) => Promise<JobFailure | null>;
  /** Opens a layer in the Layer panel; resolves to the failure, or null. */
  readonly openLayer: (id: string, layer: number) => Promise<JobFailure | null>;
  /** The net's description as JSON text; null, with the failure recorded, when there is none. */
  readonly description: (id: string) => Promise<string | null>;
}

export type NetStore = StoreApi<NetState & NetActions>;

interface Running {
  readonly abort: () => void;
}

const START: NetState = { nets: [], selected: null, opening: null, failure: null, removed: null };

/** The smallest colour not used by an open net or a run on the page, as both are drawn together. */
function freeColor(nets: readonly NetEntry[]): number {
  const runs = runStore.getState().runs.map(({ summary }) => summary.labels.color);
  const used = new Set([...nets.map(({ color }) => color), ...runs]);
  let color = 0;
  while (used.has(color)) color++;
  return color;
}

/** A unique name: the second "weights" becomes "weights (2)". */
function freshName(name: string, nets: readonly NetEntry[]): string {
  const used = new Set(nets.map(({ summary }) => summary.name));
  if (!used.has(name)) return name;
  for (let n = 2; ; n++) if (!used.has(`${name} (${n})`)) return `${name} (${n})`;
}

/**
 * State of the net inspector. Weights stay in the worker; the page has shapes and norms.
 *
 * @param start starts a job of the worker (replaced in tests)
 */
export function createNetStore(start: typeof startJob = startJob): NetStore {
  return createStore<NetState & NetActions>()((set, get) => {
    const running = new Map<string, Set<Running>>();
    let opening: Running | null = null;
    // Counts the edits of each layer: rows computed for an older geometry are discarded.
    const revisions = new Map<string, number>();
    let count = 0;

    const entryOf = (id: string): NetEntry | undefined =>
      get().nets.find(({ summary }) => summary.id === id);
    const revisionOf = (id: string, layer: number): number => revisions.get(`${id}/${layer}`) ?? 0;
    const patch = (id: string, change: (entry: NetEntry) => Partial<NetEntry>): void =>
      set(({ nets }) => ({
        nets: nets.map((entry) =>
          entry.summary.id === id ? { ...entry, ...change(entry) } : entry,
        ),
      }));

    const compute = (id: string, layers: readonly number[], effort: 'quick' | 'full'): void => {
      const jobs = running.get(id) ?? new Set();
      running.set(id, jobs);
      patch(id, ({ busy }) => ({ busy: new Set([...busy, ...layers]), failure: null }));
      const started = new Map(layers.map((layer) => [layer, revisionOf(id, layer)]));
      const take = (rows: readonly NetRow[]): void => {
        // Events of a stopped job are ignored.
        if (!jobs.has(job)) return;
        const fresh = rows.filter(({ index }) => revisionOf(id, index) === started.get(index));
        patch(id, (entry) => ({ rows: mergeRows(entry.rows, fresh) }));
      };
      const job = start('net-norms', { id, layers, effort }, (event) => take(event.rows));
      jobs.add(job);
      void job.outcome.then((outcome) => {
        if (!jobs.has(job)) return;
        if (outcome.ok) take(outcome.value.rows);
        jobs.delete(job);
        const failure = outcome.ok || outcome.failure.code === 'aborted' ? null : outcome.failure;
        patch(id, ({ busy }) => ({
          busy: jobs.size === 0 ? new Set() : new Set([...busy].filter((k) => !layers.includes(k))),
          failure,
        }));
      });
    };
    const stop = (id: string): void => {
      const jobs = running.get(id) ?? new Set();
      for (const job of jobs) job.abort();
      jobs.clear();
      patch(id, () => ({ busy: new Set() }));
    };
    const resume = (id: string): void => {
      const entry = entryOf(id);
      const left = entry === undefined ? [] : unfinished(entry.summary.layers, entry.rows);
      if (left.length > 0) compute(id, left, 'quick');
    };
    const forget = (): void => {
      const { removed } = get();
      if (removed === null) return;
      running.delete(removed.entry.summary.id);
      void start('close-net', { id: removed.entry.summary.id }).outcome;
      set({ removed: null });
    };
    const taken = (summary: NetSummary, replaces: boolean): void => {
      const { nets } = get();
      const { id } = summary;
      if (replaces) {
        stop(id);
        patch(id, () => ({ summary, rows: new Map() }));
      } else {
        const named = { ...summary, name: freshName(summary.name, nets) };
        const entry = { summary: named, rows: new Map(), busy: new Set<number>(), failure: null };
        set({ nets: [...nets, { ...entry, color: freeColor(nets) }], selected: id });
      }
      compute(
        id,
        summary.layers.map(({ index }) => index),
        'quick',
      );
    };
    return {
      ...START,
      open: async (files) => {
        opening?.abort();
        const names = files === 'example' ? [] : files.map(({ name }) => name);
        set({ opening: { names, progress: null }, failure: null });
        const input = { id: `net-${++count}`, files, current: get().selected };
        const job = start('open-net', input, (progress) => {
          if (opening === job) set({ opening: { names, progress } });
        });
        opening = job;
        const outcome = await job.outcome;
        if (opening !== job) return;
        opening = null;
        set({ opening: null });
        if (outcome.ok) taken(outcome.value.summary, outcome.value.replaces);
        else if (outcome.failure.code !== 'aborted') set({ failure: outcome.failure });
      },
      openRun: async (runId) => {
        const input = { id: runId, netId: `net-${++count}` };
        const outcome = await start('run-open', input).outcome;
        if (!outcome.ok) return outcome.failure;
        taken(outcome.value, false);
        return null;
      },
      stopOpening: () => {
        opening?.abort();
        opening = null;
        set({ opening: null });
      },
      dismissFailure: () => set({ failure: null }),
      select: (id) => set({ selected: id }),
      remove: (id) => {
        const at = get().nets.findIndex(({ summary }) => summary.id === id);
        if (at < 0) return;
        stop(id);
        forget();
        set(({ nets, selected }) => {
          const left = nets.filter((_, index) => index !== at);
          const next = left[Math.min(at, left.length - 1)]?.summary.id ?? null;
          const removed = { entry: nets[at]!, at };
          return { nets: left, removed, selected: selected === id ? next : selected };
        });
      },
      undoRemove: () => {
        const { nets, removed } = get();
        if (removed === null) return;
        const { entry, at } = removed;
        const { id } = entry.summary;
        set({ nets: nets.toSpliced(at, 0, entry), removed: null, selected: id });
        resume(id);
      },
      resume,
      refine: (id, layers) => compute(id, layers, 'full'),
      stop,
      edit: async (id, layer, change) => {
        const outcome = await start('net-edit', { id, layer, change }).outcome;
        if (!outcome.ok) return outcome.failure;
        revisions.set(`${id}/${layer}`, revisionOf(id, layer) + 1);
        patch(id, ({ summary, rows }) => ({
          summary: { ...summary, layers: summary.layers.with(layer, outcome.value) },
          rows: new Map([...rows].filter(([index]) => index !== layer)),
        }));
        compute(id, [layer], 'quick');
        return null;
      },
      openLayer: async (id, layer) => {
        const outcome = await start('net-layer', { id, layer }).outcome;
        if (!outcome.ok) return outcome.failure;
        const name = entryOf(id)?.summary.name ?? '';
        const layerName = entryOf(id)?.summary.layers[layer]?.name ?? '';
        const { source, ...shape } = outcome.value;
        const named =
          source.kind === 'values' ? { ...source, name: `${name} · ${layerName}` } : source;
        layerStore.getState().setSpec({ ...shape, source: named });
        return null;
      },
      description: async (id) => {
        const outcome = await start('net-description', { id }).outcome;
        if (outcome.ok) return outcome.value;
        set({ failure: outcome.failure });
        return null;
      },
    };
  });
}

/** The one net inspector of the page. */
export const netStore: NetStore = createNetStore();
