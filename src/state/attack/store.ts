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
import type { JobFailure, JobKind, JobOutcome } from '../../model/jobs.ts';
import { askToPersist } from '../ask-to-persist.ts';
import { documentForm, type FormState } from '../../kit/document/form.ts';
import {
  keptList,
  type Failed,
  type ListWork,
  type Removed,
} from '../../kit/kept/page/kept-list.ts';
import type { LinkedState } from '../follow-link.ts';
import { startJob, type RunningJob } from '../worker-client.ts';

/** A curve of radii under way. */
export interface CurveWork {
  /** By which it is drawn. */
  readonly attack: AttackEntry;
  readonly done: number;
  readonly of: number;
  /** Those that are known so far. */
  readonly points: readonly CurvePoint[];
}

/** What can fail of one evaluation. */
export type EvaluationWork = 'attack' | 'curve' | 'trust' | 'files' | 'undo';

/** What can fail that concerns no single evaluation, or one that is not in the list. */
export type EvaluationsWork = ListWork | 'create';

/** An evaluation of the list. */
export interface EvaluationEntry {
  readonly record: EvaluationRecord;
  readonly activity: 'idle' | 'running' | 'stopping';
  /** How far it is; null before the first word from the worker. */
  readonly progress: EvaluationProgress | null;
  /** What failed of it last, and why; null when nothing is wrong. */
  readonly failure: Failed<EvaluationWork> | null;
  readonly curve: CurveWork | null;
  /** A trust card under way. */
  readonly trusting: TrustEvent | null;
}

const FORM = documentForm(ATTACK_PLAN);

export interface AttackState extends FormState<AttackPlan>, Pick<LinkedState, 'linkProblem'> {
  /** The net that the form attacks; null before one is chosen. */
  readonly subject: AttackSubject | null;
  readonly evaluations: readonly EvaluationEntry[];
  /** Null: the form of a new evaluation is on screen. */
  readonly selected: string | null;
  /** Whether the list of kept evaluations has been read. */
  readonly listed: boolean;
  /** Whether an evaluation is being made. */
  readonly creating: boolean;
  /** What failed last beside them, and why. */
  readonly failure: Failed<EvaluationsWork> | null;
  /** The evaluation that was deleted last, and where it stood. */
  readonly removed: Removed<EvaluationEntry> | null;
}

export interface AttackActions extends Pick<LinkedState, 'setLinkProblem'> {
  /** Reads the list of kept evaluations; does nothing the second time. */
  readonly list: () => Promise<void>;
  readonly setSubject: (subject: AttackSubject | null) => void;
  /** Takes a change of the form's draft. */
  readonly setDraft: (draft: AttackPlan) => void;
  /** Puts a whole plan into the form. */
  readonly openPlan: (plan: AttackPlan) => void;
  /** Sets the error of what is typed into a field; undefined: it can be taken. */
  readonly setFieldError: (path: string, error: string | undefined) => void;
  /** Makes an evaluation from the form and runs it. */
  readonly begin: () => Promise<void>;
  /** Goes on with an evaluation; does nothing when it runs or is finished. */
  readonly resume: (id: string) => Promise<void>;
  /** Ends it within one step; what it has found is kept. */
  readonly stop: (id: string) => void;
  readonly select: (id: string | null) => void;
  readonly remove: (id: string) => Promise<void>;
  readonly undoRemove: () => Promise<void>;
  /** Frees what deleted evaluations hold; they cannot be brought back then. */
  readonly purge: () => Promise<void>;
  /** Robust accuracy at these radii by one attack; kept with the evaluation. */
  readonly drawCurve: (id: string, radii: readonly number[], attack: AttackEntry) => Promise<void>;
  readonly stopCurve: (id: string) => void;
  /** Makes the trust card; kept with the evaluation. */
  readonly makeTrust: (id: string) => Promise<void>;
  readonly stopTrust: (id: string) => void;
  /** Images of images of an evaluation, by their places in its record. */
  readonly images: (id: string, rows: readonly number[]) => Promise<JobOutcome<AttackImagePixels>>;
  /** The way of attack `attack` of the list over an image; `told` gets the steps so far. */
  readonly trajectory: (
    place: { readonly id: string; readonly row: number; readonly attack: number },
    told: (steps: number) => void,
  ) => RunningJob<'attack-trajectory'>;
  /** Attacks an image of a person's own with the form's plan. */
  readonly attackImage: (
    input: { readonly image: Float32Array; readonly label: number | null },
    told: (progress: EvaluationProgress) => void,
  ) => RunningJob<'attack-image'> | null;
  readonly files: (id: string) => Promise<EvaluationFiles | null>;
  readonly dismissFailure: () => void;
}

export type AttackStore = StoreApi<AttackState & AttackActions>;

const START: AttackState = {
  ...FORM.initial,
  subject: null,
  evaluations: [],
  selected: null,
  listed: false,
  creating: false,
  failure: null,
  removed: null,
  linkProblem: null,
};

interface Hooks {
  /** Starts a job of the worker. */
  readonly start: typeof startJob;
  /** A name for a new evaluation that no kept one has. */
  readonly newId: () => string;
}

let made = 0;
const HOOKS: Hooks = {
  start: startJob,
  newId: () => `evaluation-${Date.now().toString(36)}-${++made}`,
};

/** What no job works on. */
const AT_REST = { activity: 'idle', progress: null, curve: null, trusting: null } as const;

function entryOf(record: EvaluationRecord): EvaluationEntry {
  return { record, ...AT_REST, failure: null };
}

/** The record with what an event told. */
function withEvent(record: EvaluationRecord, event: AttackEvent): EvaluationRecord {
  const { changed, tallies, attackSeconds } = event;
  const { seconds } = event.progress;
  const now = { ...record, tallies, attackSeconds, seconds };
  if (changed.length === 0) return now;
  const verdicts = [...record.verdicts];
  for (const [row, verdict] of changed) verdicts[row] = verdict;
  return { ...now, verdicts };
}

/** What an attack ended with, beside the curve and the card that were made while it ran. */
function besideKept(ended: EvaluationRecord, here: EvaluationRecord): EvaluationRecord {
  const card = here.trust === null ? {} : cardOf(here);
  return { ...ended, curve: here.curve ?? ended.curve, ...card };
}

/** The trust card of a record, and when it was made. */
function cardOf({ trust, trustAfter }: EvaluationRecord): Partial<EvaluationRecord> {
  return { trust, ...(trustAfter !== undefined && { trustAfter }) };
}

/** The panel's evaluations. Nets, images and adversarial images stay in the worker. */
export function createAttackStore(hooks: Partial<Hooks> = {}): AttackStore {
  const { start, newId } = { ...HOOKS, ...hooks };
  return createStore<AttackState & AttackActions>()((set, get) => {
    /** Jobs under way, by evaluation: to stop them. */
    const running = new Map<string, RunningJob<JobKind>>();
    const curves = new Map<string, RunningJob<JobKind>>();
    const cards = new Map<string, RunningJob<JobKind>>();
    const kept = keptList<EvaluationEntry>({
      get: () => ({ ...get(), entries: get().evaluations }),
      set: ({ entries, ...rest }) =>
        set(entries === undefined ? rest : { ...rest, evaluations: entries }),
      idOf: ({ record }) => record.id,
      atRest: (entry) => ({ ...entry, ...AT_REST }),
      read: async () => {
        const outcome = await start('evaluations', null).outcome;
        return outcome.ok ? { ok: true, value: outcome.value.map(entryOf) } : outcome;
      },
      mark: (id, deleted) => start('evaluation-delete', { id, deleted }).outcome,
      purge: (age) => start('evaluation-purge', { age }).outcome,
    });
    const { find, patch } = kept;
    const jobsOf = (id: string): RunningJob<JobKind>[] =>
      [running, curves, cards].flatMap((jobs) => jobs.get(id) ?? []);
    /** Stops all that is computed of an evaluation, and waits for its end. */
    const ended = async (id: string): Promise<void> => {
      // Again where a person began something while the others ended.
      for (let jobs = jobsOf(id); jobs.length > 0; jobs = jobsOf(id)) {
        get().stop(id);
        get().stopCurve(id);
        get().stopTrust(id);
        await Promise.all(jobs.map(({ outcome }) => outcome));
      }
    };
    /** What a job's end says of trouble: the end of one is no news of another's. */
    const told = <W extends string>(
      what: W,
      outcome: JobOutcome<unknown>,
    ): { readonly failure?: Failed<W> } =>
      outcome.ok || outcome.failure.code === 'aborted'
        ? {}
        : { failure: { ...outcome.failure, what } };

    const refuse = ({ code, field, message }: JobFailure): void => {
      if (code === 'setting' && field !== undefined && field !== '') {
        set((form) => ({ ...FORM.withRefused(form, field, message), creating: false }));
      } else {
        const failure = code === 'aborted' ? null : ({ code, message, what: 'create' } as const);
        set({ creating: false, failure });
      }
    };

    return {
      ...START,
      list: kept.list,
      // What the worker refused was about the net before.
      setSubject: (subject) =>
        set((form) => ({ ...FORM.withDraft(form, form.draft), subject, failure: null })),
      setDraft: (draft) => set((form) => ({ ...FORM.withDraft(form, draft), failure: null })),
      openPlan: (plan) => set((form) => ({ ...FORM.withDocument(form, plan), failure: null })),
      setFieldError: (path, error) =>
        set((form) => ({ ...FORM.withFieldError(form, path, error), failure: null })),
      setLinkProblem: (linkProblem) => set({ linkProblem }),
      begin: async () => {
        const { creating, fieldErrors, accepted: plan, subject } = get();
        if (creating || subject === null || Object.keys(fieldErrors).length > 0) return;
        set({ creating: true, failure: null });
        void askToPersist();
        const outcome = await start('evaluation-create', { id: newId(), subject, plan }).outcome;
        if (!outcome.ok) {
          refuse(outcome.failure);
          return;
        }
        const entry = entryOf(outcome.value);
        const { id } = entry.record;
        set(({ evaluations }) => ({
          creating: false,
          evaluations: [...evaluations, entry],
          selected: id,
        }));
        await get().resume(id);
      },
      resume: async (id) => {
        const entry = find(id);
        if (entry === undefined || entry.activity !== 'idle' || entry.record.finished) return;
        patch(id, () => ({ activity: 'running', failure: null }));
        const job = start('attack', { id }, (event) =>
          patch(id, ({ record }) => ({
            record: withEvent(record, event),
            progress: event.progress,
          })),
        );
        running.set(id, job);
        const outcome = await job.outcome;
        running.delete(id);
        patch(id, ({ record }) => ({
          activity: 'idle',
          progress: null,
          record: outcome.ok ? besideKept(outcome.value, record) : record,
          ...told('attack', outcome),
        }));
      },
      stop: (id) => {
        if (find(id)?.activity !== 'running') return;
        patch(id, () => ({ activity: 'stopping' }));
        running.get(id)?.abort();
      },
      select: (selected) => set({ selected }),
      remove: async (id) => {
        await ended(id);
        await kept.remove(id);
      },
      undoRemove: async () => {
        await kept.undoRemove();
      },
      purge: kept.purge,
      drawCurve: async (id, radii, attack) => {
        if (curves.has(id)) return;
        patch(id, () => ({
          curve: { attack, done: 0, of: radii.length, points: [] },
          failure: null,
        }));
        const job = start('attack-curve', { id, radii, attack }, (curve) =>
          patch(id, () => ({ curve: { attack, ...curve } })),
        );
        curves.set(id, job);
        const outcome = await job.outcome;
        curves.delete(id);
        patch(id, ({ record }) => ({
          curve: null,
          record: outcome.ok ? { ...record, curve: outcome.value.curve } : record,
          ...told('curve', outcome),
        }));
      },
      stopCurve: (id) => curves.get(id)?.abort(),
      makeTrust: async (id) => {
        if (cards.has(id)) return;
        patch(id, () => ({ trusting: { done: 0, of: 0, title: '', checks: [] }, failure: null }));
        const job = start('trust', { id }, (trusting) => patch(id, () => ({ trusting })));
        cards.set(id, job);
        const outcome = await job.outcome;
        cards.delete(id);
        patch(id, ({ record }) => ({
          trusting: null,
          record: outcome.ok ? { ...record, ...cardOf(outcome.value) } : record,
          ...told('trust', outcome),
        }));
      },
      stopTrust: (id) => cards.get(id)?.abort(),
      images: (id, rows) => start('attack-images', { id, rows }).outcome,
      trajectory: (place, tell) => start('attack-trajectory', place, ({ steps }) => tell(steps)),
      attackImage: (image, tell) => {
        const { subject, accepted: plan } = get();
        return subject && start('attack-image', { subject, plan, ...image }, tell);
      },
      files: async (id) => {
        const outcome = await start('evaluation-files', { id }).outcome;
        if (outcome.ok) return outcome.value;
        patch(id, () => told('files', outcome));
        return null;
      },
      dismissFailure: () => set({ failure: null }),
    };
  });
}

/** The one list of evaluations of the page. */
export const attackStore: AttackStore = createAttackStore();
