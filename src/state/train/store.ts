import { createStore, type StoreApi } from 'zustand/vanilla';
import { EXPERIMENT, type Experiment, type RunEdit } from '../../model/train/experiment.ts';
import type { JobFailure } from '../../model/jobs.ts';
import type { BackendReport, RunFiles, RunLabels } from '../../model/train/run.ts';
import { documentForm, type FormState } from '../../kit/document/form.ts';
import { withValue } from '../../kit/kept/page/job-slots.ts';
import {
  EMPTY_LIST,
  PageList,
  type ListActions,
  type ListState,
  type ListWork,
} from '../../kit/kept/page/page-list.ts';
import type { LinkedState } from '../follow-link.ts';
import { entryOf, freshLabels, type RunEntry } from './entries.ts';
import { RunTraining } from './training.ts';
import { startJob } from '../worker-client.ts';

/** Actions that can fail without concerning a single run. */
export type RunsWork = ListWork | 'backend';

const FORM = documentForm(EXPERIMENT);

export interface RunState
  extends FormState<Experiment>, ListState<RunEntry, 'backend'>, Pick<LinkedState, 'linkProblem'> {
  readonly runs: readonly RunEntry[];
  readonly backend: BackendReport | null;
  /** Whether a backend is being chosen. */
  readonly choosing: boolean;
}

export interface RunActions extends ListActions, Pick<LinkedState, 'setLinkProblem'> {
  readonly setDraft: (draft: Experiment) => void;
  /** Sets the error of the text typed into a field; undefined when it is valid. */
  readonly setFieldError: (path: string, error: string | undefined) => void;
  /** Reads the stored runs and chooses a backend; does nothing the second time. */
  readonly load: () => Promise<void>;
  /** Reads a run's history, unless the page has it. */
  readonly readHistory: (id: string) => Promise<void>;
  /** Creates a run from the form and trains it for `steps` steps; null: to its end. */
  readonly play: (steps: number | null) => Promise<void>;
  /** Resumes a run; another running one is paused first. */
  readonly train: (id: string, steps: number | null) => Promise<void>;
  /** Pauses training with a checkpoint, within one batch. */
  readonly pause: (id: string) => void;
  /** Ends a run early: paused, and shown as finished until it is resumed. */
  readonly stop: (id: string) => void;
  /** Changes a number from the next step on. */
  readonly edit: (id: string, change: Omit<RunEdit, 'step'>) => Promise<void>;
  /** Resumes from the last checkpoint, with another learning rate if given. */
  readonly goBack: (id: string, learningRate: number | null) => Promise<void>;
  readonly setLabels: (id: string, change: Partial<RunLabels>) => void;
  readonly overlay: (id: string, shown: boolean) => void;
  readonly chooseBackend: (wanted: BackendReport['name']) => Promise<void>;
  /** The files of a run; null, with the failure recorded, when there are none. */
  readonly files: (id: string) => Promise<RunFiles | null>;
}

export type RunStore = StoreApi<RunState & RunActions>;

const START: RunState = {
  ...FORM.initial,
  ...EMPTY_LIST,
  runs: [],
  backend: null,
  choosing: false,
  linkProblem: null,
};

interface Hooks {
  /** Starts a job of the worker. */
  readonly start: typeof startJob;
  /** Returns an unused name for a new run. */
  readonly newId: () => string;
}

let made = 0;
const HOOKS: Hooks = {
  start: startJob,
  newId: () => `run-${Date.now().toString(36)}-${++made}`,
};

/** The Train panel's state: the form, the list, and the running run. Weights stay in the worker. */
export function createRunStore(hooks: Partial<Hooks> = {}): RunStore {
  const { start, newId } = { ...HOOKS, ...hooks };
  return createStore<RunState & RunActions>()((set, get) => {
    let loading: Promise<unknown> | null = null;

    const kept = new PageList<RunEntry>({
      get: () => ({ ...get(), entries: get().runs }),
      set: ({ entries, ...rest }) => set(entries === undefined ? rest : { ...rest, runs: entries }),
      idOf: ({ summary }) => summary.id,
      atRest: (entry) => ({ ...entry, activity: 'idle' }),
      ended: async (id) => {
        training.pause(id);
        await training.done(id);
      },
      read: () => withValue(start('runs', null), (runs) => runs.map(entryOf)).outcome,
      mark: (id, deleted) => start('run-delete', { id, deleted }).outcome,
      purge: (age) => start('run-purge', { age }).outcome,
    });
    const { find, patch } = kept;
    const setFailure = (id: string, failure: JobFailure): void => patch(id, () => ({ failure }));

    const onDeviceFailure = (): void => {
      void get().chooseBackend(get().backend?.name ?? null);
    };
    const training = new RunTraining({ start, find, patch, setFailure, onDeviceFailure });

    return {
      ...START,
      ...kept.actions,
      load: async () => {
        loading ??= get().chooseBackend(null);
        await get().list();
      },
      readHistory: training.history,
      setDraft: (draft) => set((form) => ({ ...FORM.withDraft(form, draft), failure: null })),
      setFieldError: (path, error) =>
        set((form) => ({ ...FORM.withFieldError(form, path, error), failure: null })),
      setLinkProblem: (linkProblem) => set({ linkProblem }),
      play: async (steps) => {
        const { creating, fieldErrors, accepted: experiment } = get();
        if (creating || Object.keys(fieldErrors).length > 0) return;
        const id = await kept.create({
          start: () => {
            const labels = freshLabels(experiment, get().runs);
            return withValue(start('run-create', { id: newId(), labels, experiment }), entryOf);
          },
          reject: (path, message) => set((form) => FORM.withRefused(form, path, message)),
        });
        if (id !== null) await get().train(id, steps);
      },
      train: (id, steps) => training.train(id, steps),
      pause: (id) => training.pause(id),
      stop: (id) => {
        patch(id, () => ({ stopped: true }));
        training.pause(id);
      },
      edit: async (id, change) => {
        const outcome = await start('run-edit', { id, edit: change }).outcome;
        if (!outcome.ok) {
          setFailure(id, outcome.failure);
          return;
        }
        patch(id, ({ summary }) => ({ summary: { ...summary, experiment: outcome.value } }));
      },
      goBack: async (id, learningRate) => {
        if (find(id)?.activity !== 'idle') return;
        const outcome = await start('run-rewind', { id }).outcome;
        if (!outcome.ok) {
          setFailure(id, outcome.failure);
          return;
        }
        find(id)?.live.cutTo(outcome.value.step);
        patch(id, () => ({ summary: outcome.value, failure: null }));
        if (learningRate !== null) {
          await get().edit(id, { field: 'learningRate', value: learningRate });
        }
        if (find(id)?.failure === null) await get().train(id, null);
      },
      setLabels: (id, change) => {
        const entry = find(id);
        if (entry === undefined) return;
        const labels = { ...entry.summary.labels, ...change };
        patch(id, ({ summary }) => ({ summary: { ...summary, labels } }));
        void start('run-labels', { id, labels }).outcome.then((outcome) => {
          if (!outcome.ok) setFailure(id, outcome.failure);
        });
      },
      select: (id) => {
        kept.actions.select(id);
        if (id !== null) void training.history(id);
      },
      overlay: (id, overlaid) => {
        patch(id, () => ({ overlaid }));
        if (overlaid) void training.history(id);
      },
      undoRemove: async () => {
        const id = await kept.actions.undoRemove();
        if (id !== null) await training.history(id);
        return id;
      },
      chooseBackend: async (wanted) => {
        set({ choosing: true });
        // A run's tensors move to another backend only between two starts.
        const interrupted = await training.interrupt();
        const outcome = await start('backend', { wanted }).outcome;
        if (outcome.ok) set({ choosing: false, backend: outcome.value });
        else set({ choosing: false, failure: { ...outcome.failure, what: 'backend' } });
        for (const { id, steps } of interrupted) void get().train(id, steps);
      },
      files: async (id) => {
        const outcome = await start('run-files', { id }).outcome;
        if (outcome.ok) return outcome.value;
        setFailure(id, outcome.failure);
        return null;
      },
    };
  });
}

/** The one list of runs of the page. */
export const runStore: RunStore = createRunStore();
