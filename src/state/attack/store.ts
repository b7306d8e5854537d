import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AttackEntry } from '../../model/attack/kinds.ts';
import type {
  AttackEvent,
  AttackImagePixels,
  EvaluationFiles,
  TrustEvent,
} from '../../model/attack/jobs.ts';
import { ATTACK_PLAN, type AttackPlan } from '../../model/attack/plan.ts';
import type {
  AttackSubject,
  CurvePoint,
  EvaluationProgress,
  EvaluationRecord,
} from '../../model/attack/evaluation.ts';
import type { JobOutcome } from '../../model/jobs.ts';
import { documentForm, type FormState } from '../../kit/document/form.ts';
import { EntryJobs } from '../../kit/kept/page/entry-jobs.ts';
import {
  EMPTY_LIST,
  PageList,
  troubleOf,
  type Failed,
  type ListActions,
  type ListState,
  type ListWork,
} from '../../kit/kept/page/page-list.ts';
import { withValue } from '../../kit/kept/page/job-slots.ts';
import type { LinkedState } from '../follow-link.ts';
import { startJob, type RunningJob } from '../worker-client.ts';

/** A running robustness curve. */
export interface CurveWork {
  /** The attack used. */
  readonly attack: AttackEntry;
  readonly done: number;
  readonly of: number;
  /** Points known so far. */
  readonly points: readonly CurvePoint[];
}

/** Jobs on one evaluation that can run concurrently. */
type EvaluationJob = 'attack' | 'curve' | 'trust';

/** Actions that can fail on one evaluation. */
export type EvaluationWork = EvaluationJob | 'files' | 'undo';

/** Actions that can fail without concerning an evaluation in the list. */
export type EvaluationsWork = ListWork;

/** An evaluation of the list. */
export interface EvaluationEntry {
  readonly record: EvaluationRecord;
  readonly activity: 'idle' | 'running' | 'stopping';
  /** Its progress; null before the worker's first event. */
  readonly progress: EvaluationProgress | null;
  /** Its last failure; null when there is none. */
  readonly failure: Failed<EvaluationWork> | null;
  readonly curve: CurveWork | null;
  /** A running trust card. */
  readonly trusting: TrustEvent | null;
}

const FORM = documentForm(ATTACK_PLAN);

export interface AttackState
  extends FormState<AttackPlan>, ListState<EvaluationEntry>, Pick<LinkedState, 'linkProblem'> {
  /** The net selected in the form; null before one is chosen. */
  readonly subject: AttackSubject | null;
  readonly evaluations: readonly EvaluationEntry[];
}

export interface AttackActions extends ListActions, Pick<LinkedState, 'setLinkProblem'> {
  readonly setSubject: (subject: AttackSubject | null) => void;
  /** Sets the form's draft. */
  readonly setDraft: (draft: AttackPlan) => void;
  /** Loads a whole plan into the form. */
  readonly openPlan: (plan: AttackPlan) => void;
  /** Sets the error of the text typed into a field; undefined when it is valid. */
  readonly setFieldError: (path: string, error: string | undefined) => void;
  /** Creates an evaluation from the form and runs it. */
  readonly begin: () => Promise<void>;
  /** Resumes an evaluation; does nothing when it is running or finished. */
  readonly resume: (id: string) => Promise<void>;
  /** Stops it within one step; its results so far are stored. */
  readonly stop: (id: string) => void;
  /** Computes robust accuracy at these radii by one attack, stored with the evaluation. */
  readonly drawCurve: (id: string, radii: readonly number[], attack: AttackEntry) => Promise<void>;
  readonly stopCurve: (id: string) => void;
  /** Computes the trust card, stored with the evaluation. */
  readonly makeTrust: (id: string) => Promise<void>;
  readonly stopTrust: (id: string) => void;
  /** Reads images of an evaluation by their rows in its record. */
  readonly images: (id: string, rows: readonly number[]) => Promise<JobOutcome<AttackImagePixels>>;
  /**
   * Computes the trajectory of attack `attack` of the list on an image; `onProgress` is called with the
   * steps so far.
   */
  readonly trajectory: (
    place: { readonly id: string; readonly row: number; readonly attack: number },
    onProgress: (steps: number) => void,
  ) => RunningJob<'attack-trajectory'>;
  /** Attacks the user's own image with the form's plan. */
  readonly attackImage: (
    input: { readonly image: Float32Array; readonly label: number | null },
    onProgress: (progress: EvaluationProgress) => void,
  ) => RunningJob<'attack-image'> | null;
  readonly files: (id: string) => Promise<EvaluationFiles | null>;
}

export type AttackStore = StoreApi<AttackState & AttackActions>;

const START: AttackState = {
  ...FORM.initial,
  ...EMPTY_LIST,
  subject: null,
  evaluations: [],
  linkProblem: null,
};

interface Hooks {
  /** Starts a job of the worker. */
  readonly start: typeof startJob;
  /** Returns an unused name for a new evaluation. */
  readonly newId: () => string;
}

let made = 0;
const HOOKS: Hooks = {
  start: startJob,
  newId: () => `evaluation-${Date.now().toString(36)}-${++made}`,
};

/** State of an entry without jobs. */
const AT_REST = { activity: 'idle', progress: null, curve: null, trusting: null } as const;

function entryOf(record: EvaluationRecord): EvaluationEntry {
  return { record, ...AT_REST, failure: null };
}

/** The record updated by an event. */
function withEvent(record: EvaluationRecord, event: AttackEvent): EvaluationRecord {
  const { changed, tallies, attackSeconds } = event;
  const { seconds } = event.progress;
  const now = { ...record, tallies, attackSeconds, seconds };
  if (changed.length === 0) return now;
  const verdicts = [...record.verdicts];
  for (const [row, verdict] of changed) verdicts[row] = verdict;
  return { ...now, verdicts };
}

/** The final record of an attack, with the curve and card computed meanwhile. */
function besideKept(ended: EvaluationRecord, here: EvaluationRecord): EvaluationRecord {
  const card = here.trust === null ? {} : cardOf(here);
  return { ...ended, curve: here.curve ?? ended.curve, ...card };
}

/** The trust card of a record, and when it was made. */
function cardOf({ trust, trustAfter }: EvaluationRecord): Partial<EvaluationRecord> {
  return { trust, ...(trustAfter !== undefined && { trustAfter }) };
}

type FormActions = Pick<
  AttackActions,
  'setSubject' | 'setDraft' | 'openPlan' | 'setFieldError' | 'setLinkProblem'
>;

type SetState = AttackStore['setState'];

function formActions(set: SetState): FormActions {
  return {
    // The worker's errors concerned the previous net.
    setSubject: (subject) =>
      set((form) => ({ ...FORM.withDraft(form, form.draft), subject, failure: null })),
    setDraft: (draft) => set((form) => ({ ...FORM.withDraft(form, draft), failure: null })),
    openPlan: (plan) => set((form) => ({ ...FORM.withDocument(form, plan), failure: null })),
    setFieldError: (path, error) =>
      set((form) => ({ ...FORM.withFieldError(form, path, error), failure: null })),
    setLinkProblem: (linkProblem) => set({ linkProblem }),
  };
}

type EntryJobActions = Pick<
  AttackActions,
  'resume' | 'stop' | 'drawCurve' | 'stopCurve' | 'makeTrust' | 'stopTrust'
>;

/** The jobs on one evaluation: its attack, its curve and its trust card. */
function jobActions(
  { find, patch }: PageList<EvaluationEntry>,
  jobs: EntryJobs<EvaluationEntry, EvaluationJob>,
  start: typeof startJob,
): EntryJobActions {
  return {
    resume: async (id) => {
      const entry = find(id);
      if (entry === undefined || entry.activity !== 'idle' || entry.record.finished) return;
      await jobs.run(id, 'attack', {
        start: () =>
          start('attack', { id }, (event) =>
            patch(id, ({ record }) => ({
              record: withEvent(record, event),
              progress: event.progress,
            })),
          ),
        begun: { activity: 'running' },
        stopping: { activity: 'stopping' },
        over: { activity: 'idle', progress: null },
        take: ({ record }, ended) => ({ record: besideKept(ended, record) }),
      });
    },
    stop: (id) => jobs.stop(id, 'attack'),
    drawCurve: (id, radii, attack) =>
      jobs.run(id, 'curve', {
        start: () =>
          start('attack-curve', { id, radii, attack }, (curve) =>
            patch(id, () => ({ curve: { attack, ...curve } })),
          ),
        begun: { curve: { attack, done: 0, of: radii.length, points: [] } },
        over: { curve: null },
        take: ({ record }, { curve }) => ({ record: { ...record, curve } }),
      }),
    stopCurve: (id) => jobs.stop(id, 'curve'),
    makeTrust: (id) =>
      jobs.run(id, 'trust', {
        start: () => start('trust', { id }, (trusting) => patch(id, () => ({ trusting }))),
        begun: { trusting: { done: 0, of: 0, title: '', checks: [] } },
        over: { trusting: null },
        take: ({ record }, ended) => ({ record: { ...record, ...cardOf(ended) } }),
      }),
    stopTrust: (id) => jobs.stop(id, 'trust'),
  };
}

/** The panel's evaluations. Nets, images and adversarial images stay in the worker. */
export function createAttackStore(hooks: Partial<Hooks> = {}): AttackStore {
  const { start, newId } = { ...HOOKS, ...hooks };
  return createStore<AttackState & AttackActions>()((set, get) => {
    const kept: PageList<EvaluationEntry> = new PageList({
      get: () => ({ ...get(), entries: get().evaluations }),
      set: ({ entries, ...rest }) =>
        set(entries === undefined ? rest : { ...rest, evaluations: entries }),
      idOf: ({ record }) => record.id,
      atRest: (entry) => ({ ...entry, ...AT_REST }),
      ended: (id) => jobs.end(id),
      read: () => withValue(start('evaluations', null), (records) => records.map(entryOf)).outcome,
      mark: (id, deleted) => start('evaluation-delete', { id, deleted }).outcome,
      purge: (age) => start('evaluation-purge', { age }).outcome,
    });
    const jobs = new EntryJobs<EvaluationEntry, EvaluationJob>(kept, ['attack', 'curve', 'trust']);

    return {
      ...START,
      ...kept.actions,
      ...formActions(set),
      ...jobActions(kept, jobs, start),
      begin: async () => {
        const { creating, fieldErrors, accepted: plan, subject } = get();
        if (creating || subject === null || Object.keys(fieldErrors).length > 0) return;
        const id = await kept.create({
          start: () =>
            withValue(start('evaluation-create', { id: newId(), subject, plan }), entryOf),
          reject: (path, message) => set((form) => FORM.withRefused(form, path, message)),
        });
        if (id !== null) await get().resume(id);
      },
      images: (id, rows) => start('attack-images', { id, rows }).outcome,
      trajectory: (place, tell) => start('attack-trajectory', place, ({ steps }) => tell(steps)),
      attackImage: (image, tell) => {
        const { subject, accepted: plan } = get();
        return subject && start('attack-image', { subject, plan, ...image }, tell);
      },
      files: async (id) => {
        const outcome = await start('evaluation-files', { id }).outcome;
        if (outcome.ok) return outcome.value;
        kept.patch(id, () => troubleOf('files', outcome));
        return null;
      },
    };
  });
}

/** The one list of evaluations of the page. */
export const attackStore: AttackStore = createAttackStore();
