import { createStore, type StoreApi } from 'zustand/vanilla';
import { FIGURE_2, type FigureView } from '../../model/compare/figure-view.ts';
import type { AttackSubject } from '../../model/attack/evaluation.ts';
import type { JobFailure } from '../../model/jobs.ts';
import type { NetRow, NetSummary } from '../../model/net/net.ts';
import type { LinkedState } from '../follow-link.ts';
import { startJob } from '../worker-client.ts';

/** A run's net after `step` steps, with BatchNorm and geometry. */
export interface OpenedRun {
  readonly step: number;
  /** Null while it is being computed, or when that failed. */
  readonly net: { readonly summary: NetSummary; readonly rows: ReadonlyMap<number, NetRow> } | null;
  readonly failure: JobFailure | null;
}

export interface CompareState extends Pick<LinkedState, 'linkProblem'> {
  readonly view: FigureView;
  /** Ids of nets and runs that are not drawn. */
  readonly hidden: ReadonlySet<string>;
  /** Layer of the curves over training; null for the maximum over all layers. */
  readonly layer: string | null;
  readonly opened: ReadonlyMap<string, OpenedRun>;
  /**
   * Identities of a run's or an opened net's weights by id, including those of earlier versions; a
   * run's after so many steps. Null while unknown.
   */
  readonly hashes: ReadonlyMap<
    string,
    { readonly step: number; readonly hashes: readonly string[] | null }
  >;
  /** The attack whose robust accuracies are shown; null for the latest standard one. */
  readonly attack: string | null;
}

export interface CompareActions extends Pick<LinkedState, 'setLinkProblem'> {
  readonly setView: (view: FigureView) => void;
  readonly show: (id: string, shown: boolean) => void;
  readonly setLayer: (layer: string | null) => void;
  readonly setAttack: (attack: string | null) => void;
  /** Requests the identities of a net's weights, once for each step (0 for an opened net). */
  readonly identify: (subject: AttackSubject, step: number) => Promise<void>;
  /** Computes the norms of all layers of a run after `step` steps, once for each step. */
  readonly openRun: (id: string, step: number) => Promise<void>;
}

export type CompareStore = StoreApi<CompareState & CompareActions>;

const START: CompareState = {
  view: FIGURE_2,
  hidden: new Set(),
  layer: null,
  opened: new Map(),
  hashes: new Map(),
  attack: null,
  linkProblem: null,
};

/**
 * State of the Compare panel.
 *
 * @param start starts a job of the worker (replaced in tests)
 */
export function createCompareStore(start: typeof startJob = startJob): CompareStore {
  let count = 0;

  /** Exact norms of all layers; the net is closed again at once. */
  const look = async (id: string): Promise<Pick<OpenedRun, 'net' | 'failure'>> => {
    const netId = `compared-${++count}`;
    const opened = await start('run-open', { id, netId }).outcome;
    if (!opened.ok) return { net: null, failure: opened.failure };
    const summary = opened.value;
    const layers = summary.layers.map(({ index }) => index);
    const norms = await start('net-norms', { id: netId, layers, effort: 'none' }).outcome;
    void start('close-net', { id: netId }).outcome;
    if (!norms.ok) return { net: null, failure: norms.failure };
    const rows = new Map(norms.value.rows.map((row) => [row.index, row]));
    return { net: { summary, rows }, failure: null };
  };

  return createStore<CompareState & CompareActions>()((set, get) => {
    const keep = (id: string, run: OpenedRun): void =>
      set(({ opened }) => ({ opened: new Map(opened).set(id, run) }));
    return {
      ...START,
      setView: (view) => set({ view, linkProblem: null }),
      show: (id, shown) =>
        set(({ hidden }) => {
          const next = new Set(hidden);
          if (shown) next.delete(id);
          else next.add(id);
          return { hidden: next };
        }),
      setLayer: (layer) => set({ layer }),
      setAttack: (attack) => set({ attack }),
      identify: async (subject, step) => {
        const { id } = subject;
        if (get().hashes.get(id)?.step === step) return;
        const note = (found: readonly string[] | null): void =>
          set(({ hashes }) => ({ hashes: new Map(hashes).set(id, { step, hashes: found }) }));
        note(null);
        const outcome = await start('attack-subject', subject).outcome;
        // The run may have continued meanwhile. A net that cannot be attacked has no hash.
        if (outcome.ok && get().hashes.get(id)?.step === step)
          note([outcome.value.hash, ...outcome.value.formerHashes]);
      },
      setLinkProblem: (linkProblem) => set({ linkProblem }),
      openRun: async (id, step) => {
        if (get().opened.get(id)?.step === step) return;
        keep(id, { step, net: null, failure: null });
        const found = await look(id);
        // The run may have continued and been requested again meanwhile.
        if (get().opened.get(id)?.step === step) keep(id, { step, ...found });
      },
    };
  });
}

/** The one Compare panel of the page. */
export const compareStore: CompareStore = createCompareStore();
