import { describe, expect, it } from 'vitest';
import { defaultAttack } from '../../model/attack/lists.ts';
import { DEFAULT_ATTACK_PLAN } from '../../model/attack/plan.ts';
import type { EvaluationRecord, RadiusCurve, TrustCheck } from '../../model/attack/evaluation.ts';
import type { JobKind, JobOutcome } from '../../model/jobs.ts';
import { createAttackStore, type AttackStore, type EvaluationEntry } from './store.ts';
import { fakeWorker, type Started } from '../testing/worker.fake.ts';

const done = (value: unknown = null): JobOutcome<unknown> => ({ ok: true, value });
const failed = (message: string, code: 'storage' | 'aborted'): JobOutcome<unknown> => ({
  ok: false,
  failure: { code, message },
});
const STOPPED = failed('Stopped.', 'aborted');

function record(id: string, change: Partial<EvaluationRecord> = {}): EvaluationRecord {
  return {
    id,
    subject: { kind: 'net', id: 'n', name: 'net', hash: 'h' },
    plan: DEFAULT_ATTACK_PLAN,
    data: 'd',
    created: 0,
    changed: 1,
    backend: 'wasm',
    verdicts: [],
    tallies: [],
    seconds: 0,
    finished: false,
    trust: null,
    curve: null,
    classes: ['a', 'b'],
    ...change,
  };
}

interface Harness {
  readonly store: AttackStore;
  /** The last started job of this kind. */
  readonly last: (kind: JobKind) => Started;
  readonly count: (kind: JobKind) => number;
  readonly ids: () => string[];
  readonly entry: (id: string) => EvaluationEntry;
}

/** The list with these evaluations, over a fake worker. */
async function harness(...records: readonly EvaluationRecord[]): Promise<Harness> {
  const { start, jobs } = fakeWorker();
  const store = createAttackStore({ start });
  const last = (kind: JobKind): Started => jobs.findLast((job) => job.kind === kind)!;
  void store.getState().list();
  await last('evaluation-purge').end(done());
  await last('evaluations').end(done(records));
  return {
    store,
    last,
    count: (kind) => jobs.filter((job) => job.kind === kind).length,
    ids: () => store.getState().evaluations.map((one) => one.record.id),
    entry: (id) => store.getState().evaluations.find((one) => one.record.id === id)!,
  };
}

const FGSM = defaultAttack('fgsm');
const CURVE: RadiusCurve = { attack: FGSM, points: [{ eps: 0, standing: 1, of: 2 }] };
const TRUST: TrustCheck[] = [{ id: 't', state: 'pass', title: 'T', sentence: 'Fine.' }];

describe('Y23 a curve or card computed during an attack', () => {
  it('stays on screen when the attack ends with its original record', async () => {
    const { store, last, entry } = await harness(record('a'));
    void store.getState().resume('a');
    void store.getState().drawCurve('a', [0], FGSM);
    void store.getState().makeTrust('a');
    await last('attack-curve').end(done(record('a', { curve: CURVE })));
    await last('trust').end(done(record('a', { trust: TRUST })));
    await last('attack').end(done(record('a', { finished: true })));
    const ended = record('a', { finished: true, curve: CURVE, trust: TRUST });
    expect(entry('a')).toMatchObject({ activity: 'idle', record: ended });
  });

  it('reports its failure, and its end clears no other failure', async () => {
    const { store, last, entry } = await harness(record('a'));
    void store.getState().resume('a');
    void store.getState().drawCurve('a', [0], FGSM);
    void store.getState().makeTrust('a');
    await last('attack').end(failed('The net is gone.', 'storage'));
    await last('trust').end(done(record('a', { trust: TRUST })));
    expect(entry('a').failure).toEqual({
      code: 'storage',
      message: 'The net is gone.',
      what: 'attack',
    });
    await last('attack-curve').end(failed('No room.', 'storage'));
    expect(entry('a').failure).toEqual({ code: 'storage', message: 'No room.', what: 'curve' });
  });
});

describe('Y25 a removed evaluation', () => {
  it('is restored without running jobs, whatever was stopped for its removal', async () => {
    const { store, last, ids, entry, count } = await harness(record('a'), record('b'));
    void store.getState().resume('a');
    void store.getState().drawCurve('a', [0], FGSM);
    void store.getState().makeTrust('a');
    void store.getState().remove('a');
    for (const kind of ['attack', 'attack-curve', 'trust'] as const) {
      expect(ids()).toEqual(['a', 'b']);
      expect(last(kind).aborted).toBe(true);
      await last(kind).end(STOPPED);
    }
    expect(ids()).toEqual(['b']);
    await last('evaluation-delete').end(done());
    const undone = store.getState().undoRemove();
    await last('evaluation-delete').end(done());
    await undone;
    expect(ids()).toEqual(['a', 'b']);
    const idle = { activity: 'idle', progress: null, curve: null, trusting: null, failure: null };
    expect(entry('a')).toMatchObject(idle);
    void store.getState().drawCurve('a', [0], FGSM);
    expect(count('attack-curve')).toBe(2);
  });

  it('waits for jobs started while the others ended', async () => {
    const { store, last, ids } = await harness(record('a'));
    void store.getState().makeTrust('a');
    void store.getState().remove('a');
    void store.getState().drawCurve('a', [0], FGSM);
    await last('trust').end(STOPPED);
    expect(ids()).toEqual(['a']);
    expect(last('attack-curve').aborted).toBe(true);
    await last('attack-curve').end(STOPPED);
    expect(ids()).toEqual([]);
  });

  it('names the failed action of each failure', async () => {
    const { store, last, entry } = await harness(record('a'));
    const { resume, drawCurve, makeTrust, files, setSubject, begin } = store.getState();
    const ways = [
      ['attack', 'attack', () => resume('a')],
      ['curve', 'attack-curve', () => drawCurve('a', [0], FGSM)],
      ['trust', 'trust', () => makeTrust('a')],
      ['files', 'evaluation-files', () => files('a')],
    ] as const;
    for (const [what, kind, start] of ways) {
      void start();
      await last(kind).end(failed('No.', 'storage'));
      expect(entry('a').failure).toMatchObject({ message: 'No.', what });
    }
    setSubject({ kind: 'net', id: 'n' });
    void begin();
    await last('evaluation-create').end(failed('No.', 'storage'));
    expect(store.getState().failure).toMatchObject({ message: 'No.', what: 'create' });
  });
});

describe('the form of a new evaluation', () => {
  const AT = 'attack.iterations';

  it('clears text typed into its fields when a whole plan is loaded', async () => {
    const { store } = await harness();
    const { setFieldError, openPlan, setDraft } = store.getState();
    setDraft({ ...DEFAULT_ATTACK_PLAN, attack: defaultAttack('apgd-ce') });
    setFieldError(AT, 'Empty: give a number.');
    setDraft({ ...store.getState().draft, seed: 3 });
    expect(Object.keys(store.getState().fieldErrors)).toEqual([AT]);
    openPlan(DEFAULT_ATTACK_PLAN);
    expect(store.getState()).toMatchObject({ fieldErrors: {}, typed: {}, opened: 1 });
  });

  it('clears the worker’s errors when another net is chosen', async () => {
    const { store, last } = await harness();
    store.getState().setSubject({ kind: 'net', id: 'small' });
    void store.getState().begin();
    const failure = { code: 'setting', message: 'takes 28×28.', field: 'images.source' } as const;
    await last('evaluation-create').end({ ok: false, failure });
    expect(store.getState().fieldErrors).toEqual({ 'images.source': 'takes 28×28.' });
    store.getState().setSubject({ kind: 'net', id: 'large' });
    expect(store.getState().fieldErrors).toEqual({});
  });
});
