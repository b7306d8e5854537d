import { createStore, type StoreApi } from 'zustand/vanilla';
import { DEFAULT_EXPERIMENT, type Experiment, type RunEdit } from '../spec/experiment.ts';
import type { JobFailure } from '../spec/jobs.ts';
import type { BackendReport, RunFiles, RunWords, TrainEvent } from '../spec/run.ts';
import { askToPersist } from './ask-to-persist.ts';
import { faultsOf, type Faults } from './experiment-draft.ts';
import { entryOf, freshWords, stopped, summaryAfter, type RunEntry } from './run-entries.ts';
import { startJob } from './worker-client.ts';

export interface RunState {
  /** The experiment as it is in the form. */
  readonly draft: Experiment;
  /** Texts that are typed into fields but cannot be taken: why not, by path. */
  readonly typed: Faults;
  /** Everything that is wrong with the form. */
  readonly faults: Faults;
  /** The last draft that had no fault. */
  readonly experiment: Experiment;
  readonly runs: readonly RunEntry[];
  /** Null: the form of a new run is on screen. */
  readonly selected: string | null;
  /** Whether the list of kept runs has been read. */
  readonly listed: boolean;
  /** Whether a run is being made. */
  readonly creating: boolean;
  /** Why no run could be made, or the list not be read. */
  readonly failure: JobFailure | null;
  /** The run that was deleted last, and where it stood. */
  readonly removed: { readonly entry: RunEntry; readonly at: number } | null;
  readonly backend: BackendReport | null;
  /** Whether a backend is being chosen. */
  readonly choosing: boolean;
  /** A link that could not be read, and why. */
  readonly linkProblem: string | null;
}

export interface RunActions {
  /** Reads the list of kept runs; does nothing the second time. */
  readonly list: () => Promise<void>;
  /** Reads the list of kept runs and chooses a backend; does nothing the second time. */
  readonly load: () => Promise<void>;
  /** Reads a run's history, unless the page has it. */
  readonly readHistory: (id: string) => Promise<void>;
  readonly setDraft: (draft: Experiment) => void;
  /** Notes that what is typed into a field cannot be taken, or (undefined) that it can. */
  readonly complain: (path: string, complaint: string | undefined) => void;
  readonly setLinkProblem: (problem: string | null) => void;
  /** Makes a run from the form and trains it for so many steps; null: to its end. */
  readonly play: (steps: number | null) => Promise<void>;
  /** Stops the making of a run. */
  readonly cancel: () => void;
  /** Goes on with a run; another one that trains is paused first. */
  readonly train: (id: string, steps: number | null) => Promise<void>;
  /** Ends training with a checkpoint, within a batch. */
  readonly pause: (id: string) => void;
  /** Ends a run as it is: paused, and shown as over until it is resumed. */
  readonly stop: (id: string) => void;
  /** Changes a number from the next step on. */
  readonly edit: (id: string, change: Omit<RunEdit, 'step'>) => Promise<void>;
  /** Goes on from the last checkpoint, with another learning rate if one is given. */
  readonly goBack: (id: string, learningRate: number | null) => Promise<void>;
  readonly setWords: (id: string, change: Partial<RunWords>) => void;
  readonly select: (id: string | null) => void;
  readonly overlay: (id: string, shown: boolean) => void;
  readonly remove: (id: string) => Promise<void>;
  readonly undoRemove: () => Promise<void>;
  /** Frees what deleted runs hold; they cannot be brought back then. */
  readonly purge: () => Promise<void>;
  readonly chooseBackend: (wanted: BackendReport['name']) => Promise<void>;
  /** The files of a run; null, with the failure noted, when there are none. */
  readonly files: (id: string) => Promise<RunFiles | null>;
  readonly dismissFailure: () => void;
}

export type RunStore = StoreApi<RunState & RunActions>;

const START: RunState = {
  draft: DEFAULT_EXPERIMENT,
  typed: {},
  faults: {},
  experiment: DEFAULT_EXPERIMENT,
  runs: [],
  selected: null,
  listed: false,
  creating: false,
  failure: null,
  removed: null,
  backend: null,
  choosing: false,
  linkProblem: null,
};

interface Hooks {
  /** Starts a job of the worker. */
  readonly start: typeof startJob;
  /** A name for a new run that no kept run has. */
  readonly newId: () => string;
}

let made = 0;
const HOOKS: Hooks = {
  start: startJob,
  newId: () => `run-${Date.now().toString(36)}-${++made}`,
};

/** The panel's runs: the form, the list, and the one that trains. Their weights stay in the worker. */
export function createRunStore(hooks: Partial<Hooks> = {}): RunStore {
  const { start, newId } = { ...HOOKS, ...hooks };
  return createStore<RunState & RunActions>()((set, get) => {
    const training = new Map<
      string,
      { readonly abort: () => void; readonly done: Promise<void> }
    >();
    let making: { readonly abort: () => void } | null = null;
    let listing: Promise<void> | null = null;
    let loading: Promise<unknown> | null = null;

    const find = (id: string): RunEntry | undefined =>
      get().runs.find(({ summary }) => summary.id === id);
    const patch = (id: string, change: (entry: RunEntry) => Partial<RunEntry>): void =>
      set(({ runs }) => ({
        runs: runs.map((entry) =>
          entry.summary.id === id ? { ...entry, ...change(entry) } : entry,
        ),
      }));
    const refuse = (id: string, failure: JobFailure): void => patch(id, () => ({ failure }));

    let refused: string | null = null;
    const judge = (draft: Experiment, typed: Faults): void => {
      const faults = { ...faultsOf(draft), ...typed };
      const fit = Object.keys(faults).length === 0;
      set({ draft, typed, faults, ...(fit ? { experiment: draft } : {}), failure: null });
    };
    const history = async (id: string): Promise<void> => {
      const entry = find(id);
      if (entry === undefined || entry.loaded) return;
      const { live } = entry;
      const { outcome } = start('run-history', { id, from: live.place() });
      const result = await outcome;
      if (!result.ok) refuse(id, result.failure);
      else if (live.take({ history: result.value })) patch(id, () => ({ loaded: true }));
    };
    const take = (id: string, event: TrainEvent): void => {
      const entry = find(id);
      if (entry === undefined) return;
      const { live } = entry;
      const [steps, epochs] = [event.progress.steps, live.epochs.length];
      if (!live.take(event)) {
        patch(id, () => ({ loaded: false }));
        void history(id);
      }
      // The list shows what an epoch brought; single steps are read from the history.
      const last = live.epochs.at(-1);
      if (entry.activity === 'starting' || live.epochs.length !== epochs) {
        patch(id, ({ activity, summary }) => ({
          activity: activity === 'starting' ? 'running' : activity,
          summary: { ...summary, steps, end: null, last: last ?? summary.last },
        }));
      }
    };
    const run = async (id: string, steps: number | null): Promise<void> => {
      const others = [...training].filter(([other]) => other !== id);
      for (const [other] of others) get().pause(other);
      await Promise.all(others.map(([, { done }]) => done));
      await history(id);
      // Paused again before it began.
      if (find(id)?.activity !== 'starting') return;
      const job = start('train', { id, steps }, (event) => take(id, event));
      const ended = job.outcome.then((outcome) => {
        if (outcome.ok) {
          take(id, outcome.value);
          patch(id, (entry) => ({ summary: summaryAfter(entry, outcome.value) }));
        } else {
          if (outcome.failure.code !== 'aborted') refuse(id, outcome.failure);
          patch(id, stopped);
        }
      });
      training.set(id, { abort: job.abort, done: ended });
      await ended;
      training.delete(id);
    };

    return {
      ...START,
      list: () => {
        const read = async (): Promise<void> => {
          // What was deleted in an earlier visit cannot be brought back any more.
          await start('run-purge', null).outcome;
          const outcome = await start('runs', null).outcome;
          if (!outcome.ok) {
            set({ failure: outcome.failure, listed: true });
            return;
          }
          const known = new Set(get().runs.map(({ summary }) => summary.id));
          const found = outcome.value.filter(({ id }) => !known.has(id)).map(entryOf);
          set(({ runs }) => ({ runs: [...found, ...runs], listed: true }));
        };
        listing ??= read();
        return listing;
      },
      load: async () => {
        loading ??= get().chooseBackend(null);
        await get().list();
      },
      readHistory: history,
      setDraft: (draft) => {
        // What the worker refused is judged anew with every change of the form.
        const typed = Object.entries(get().typed).filter(([path]) => path !== refused);
        refused = null;
        judge(draft, Object.fromEntries(typed));
      },
      complain: (path, complaint) => {
        const others = Object.entries(get().typed).filter(([key]) => key !== path);
        const own = complaint === undefined ? [] : [[path, complaint] as const];
        judge(get().draft, Object.fromEntries([...others, ...own]));
      },
      setLinkProblem: (linkProblem) => set({ linkProblem }),
      play: async (steps) => {
        const { creating, faults, experiment, runs } = get();
        if (creating || Object.keys(faults).length > 0) return;
        set({ creating: true, failure: null });
        void askToPersist();
        const words = freshWords(experiment, runs);
        const input = { id: newId(), words, experiment };
        const job = start('run-create', input);
        making = job;
        const outcome = await job.outcome;
        making = null;
        if (!outcome.ok) {
          const { failure } = outcome;
          const { field = '' } = failure;
          set({
            creating: false,
            failure: failure.code === 'aborted' || field !== '' ? null : failure,
          });
          if (field === '') return;
          get().complain(field, failure.message);
          refused = field;
          return;
        }
        const entry = entryOf(outcome.value);
        const { id } = entry.summary;
        set((state) => ({ creating: false, runs: [...state.runs, entry], selected: id }));
        await get().train(id, steps);
      },
      cancel: () => making?.abort(),
      train: async (id, steps) => {
        if (find(id)?.activity !== 'idle') return;
        patch(id, () => ({ activity: 'starting', stopped: false, failure: null }));
        await run(id, steps);
        patch(id, () => ({ activity: 'idle' }));
      },
      pause: (id) => {
        const entry = find(id);
        if (entry === undefined || entry.activity === 'idle') return;
        patch(id, () => ({ activity: 'stopping' }));
        training.get(id)?.abort();
      },
      stop: (id) => {
        patch(id, () => ({ stopped: true }));
        get().pause(id);
      },
      edit: async (id, change) => {
        const outcome = await start('run-edit', { id, edit: change }).outcome;
        if (!outcome.ok) {
          refuse(id, outcome.failure);
          return;
        }
        patch(id, ({ summary }) => ({ summary: { ...summary, experiment: outcome.value } }));
      },
      goBack: async (id, learningRate) => {
        if (find(id)?.activity !== 'idle') return;
        const outcome = await start('run-rewind', { id }).outcome;
        if (!outcome.ok) {
          refuse(id, outcome.failure);
          return;
        }
        find(id)?.live.cutTo(outcome.value.step);
        patch(id, () => ({ summary: outcome.value, failure: null }));
        if (learningRate !== null) {
          await get().edit(id, { field: 'learningRate', value: learningRate });
        }
        if (find(id)?.failure === null) await get().train(id, null);
      },
      setWords: (id, change) => {
        const entry = find(id);
        if (entry === undefined) return;
        const words = { ...entry.summary.words, ...change };
        patch(id, ({ summary }) => ({ summary: { ...summary, words } }));
        void start('run-words', { id, words }).outcome.then((outcome) => {
          if (!outcome.ok) refuse(id, outcome.failure);
        });
      },
      select: (id) => {
        set({ selected: id });
        if (id !== null) void history(id);
      },
      overlay: (id, overlaid) => {
        patch(id, () => ({ overlaid }));
        if (overlaid) void history(id);
      },
      remove: async (id) => {
        get().pause(id);
        await training.get(id)?.done;
        const at = get().runs.findIndex(({ summary }) => summary.id === id);
        if (at < 0) return;
        const entry = get().runs[at]!;
        set(({ runs, selected }) => ({
          runs: runs.toSpliced(at, 1),
          removed: { entry: { ...entry, activity: 'idle' }, at },
          selected: selected === id ? null : selected,
        }));
        const outcome = await start('run-delete', { id, deleted: true }).outcome;
        if (!outcome.ok) set({ failure: outcome.failure });
      },
      undoRemove: async () => {
        const { removed } = get();
        if (removed === null) return;
        const { entry, at } = removed;
        const { id } = entry.summary;
        set(({ runs }) => ({ runs: runs.toSpliced(at, 0, entry), removed: null, selected: id }));
        const outcome = await start('run-delete', { id, deleted: false }).outcome;
        if (!outcome.ok) refuse(id, outcome.failure);
        else await history(id);
      },
      purge: async () => {
        set({ removed: null });
        const outcome = await start('run-purge', null).outcome;
        if (!outcome.ok) set({ failure: outcome.failure });
      },
      chooseBackend: async (wanted) => {
        set({ choosing: true });
        // A run takes its tensors to another backend only between two starts.
        const going = get().runs.filter(({ activity }) => activity === 'running');
        for (const { summary } of going) get().pause(summary.id);
        await Promise.all([...training.values()].map(({ done }) => done));
        const outcome = await start('backend', { wanted }).outcome;
        if (outcome.ok) set({ choosing: false, backend: outcome.value });
        else set({ choosing: false, failure: outcome.failure });
        for (const { summary } of going) void get().train(summary.id, null);
      },
      files: async (id) => {
        const outcome = await start('run-files', { id }).outcome;
        if (outcome.ok) return outcome.value;
        refuse(id, outcome.failure);
        return null;
      },
      dismissFailure: () => set({ failure: null }),
    };
  });
}

/** The one list of runs of the page. */
export const runStore: RunStore = createRunStore();
