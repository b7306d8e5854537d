import { describe, expect, it } from 'vitest';
import { DEFAULT_EXPERIMENT } from '../../model/train/experiment.ts';
import type { BackendReport, RunEnd } from '../../model/train/run.ts';
import { settle } from '../testing/worker.fake.ts';
import {
  done,
  failed,
  result,
  summary,
  event,
  history,
  harness,
  playing,
  first,
} from '../testing/run-harness.ts';

describe('the run store', () => {
  it('creates a run from the form, selects it and trains it', async () => {
    const it = await playing();
    expect(it.store.getState()).toMatchObject({ selected: 'r1', creating: false });
    expect(it.last('train').input).toEqual({ id: 'r1', steps: null });
    expect(first(it).activity).toBe('starting');
    it.last('train').tell(event(0, 3, 'compiling'));
    expect(first(it).activity).toBe('running');
    expect(first(it).live.steps.loss.view()).toEqual(Float64Array.from([1, 2, 3]));
    await it.last('train').end(done(result(3, { kind: 'finished' })));
    expect(first(it)).toMatchObject({
      activity: 'idle',
      summary: { step: 3, end: { kind: 'finished' }, norms: { l1: [3], linf: [6] } },
    });
  });

  it('P1 rerenders nothing for single steps', async () => {
    const it = await playing();
    it.last('train').tell(event(0, 1));
    let changes = 0;
    it.store.subscribe(() => changes++);
    for (let step = 1; step < 50; step++) it.last('train').tell(event(step, step + 1));
    expect(changes).toBe(0);
    expect(first(it).live.place().steps).toBe(50);
  });

  it('P4 creates no run from a form with errors, and keeps the last accepted draft', async () => {
    const it = harness();
    const { setDraft, play } = it.store.getState();
    const { training } = DEFAULT_EXPERIMENT;
    setDraft({ ...DEFAULT_EXPERIMENT, training: { ...training, batchSize: 0 } });
    expect(it.store.getState().fieldErrors['training.batchSize']).toMatch(
      /^0 is given; give a whole/,
    );
    expect(it.store.getState().accepted).toBe(DEFAULT_EXPERIMENT);
    await play(null);
    expect(it.jobs).toHaveLength(0);
  });

  it('reports why a run could not be created, and accepts the next attempt', async () => {
    const it = harness();
    void it.store.getState().play(null);
    void it.store.getState().play(null);
    expect(it.count('run-create')).toBe(1);
    await it.last('run-create').end(failed('MNIST is not here.'));
    expect(it.store.getState()).toMatchObject({ runs: [], creating: false });
    expect(it.store.getState().failure).toMatchObject({
      message: 'MNIST is not here.',
      what: 'create',
    });
  });

  it('P14 neither shows nor trains a run created despite its cancellation', async () => {
    const it = harness();
    void it.store.getState().play(null);
    it.store.getState().cancel();
    const made = it.last('run-create');
    expect(made.aborted).toBe(true);
    await made.end(done(summary(made.input)));
    expect(it.store.getState()).toMatchObject({ runs: [], creating: false, failure: null });
    expect(it.last('run-delete').input).toEqual({ id: 'r1', deleted: true });
    expect(it.count('train')).toBe(0);
  });

  it('P7 waits for the stored runs, so that a new one gets an unused name and colour', async () => {
    const it = harness();
    const { play, cancel, list } = it.store.getState();
    void list();
    void play(null);
    cancel();
    await it.last('run-purge').end(done(null));
    const input = { id: 'old', labels: { name: 'Run 1', note: '', color: 0 } };
    await it.last('runs').end(done([summary({ ...input, experiment: DEFAULT_EXPERIMENT })]));
    expect(it.store.getState().creating).toBe(false);
    const other = harness();
    void other.store.getState().list();
    void other.store.getState().play(null);
    await other.last('run-purge').end(done(null));
    expect([it, other].map(({ count }) => count('run-create'))).toEqual([0, 0]);
    await other.last('runs').end(done([summary({ ...input, experiment: DEFAULT_EXPERIMENT })]));
    expect(other.last('run-create').input).toMatchObject({ labels: { name: 'Run 2', color: 1 } });
  });

  it('P4 shows the worker’s errors at their fields, until the form changes', async () => {
    const it = harness();
    const { store } = it;
    const play = store.getState().play(null);
    const message = 'data.train is 51, but own has 50; give at most as many, or 0 for all.';
    const failure = { code: 'setting' as const, message, field: 'data.train' };
    await it.last('run-create').end({ ok: false, failure });
    await play;
    expect(store.getState().failure).toBeNull();
    expect(store.getState().fieldErrors).toEqual({ 'data.train': message });
    store.getState().setDraft(DEFAULT_EXPERIMENT);
    expect(store.getState().fieldErrors).toEqual({});
  });

  it('P2 pauses at once on screen, and adds the steps that were still running', async () => {
    const it = await playing();
    it.last('train').tell(event(0, 2));
    it.store.getState().pause('r1');
    expect(it.last('train').aborted).toBe(true);
    expect(first(it).activity).toBe('stopping');
    await it.last('train').end(done({ ...event(2, 3), end: { kind: 'paused' } }));
    expect(first(it)).toMatchObject({ activity: 'idle', summary: { step: 3 } });
    expect(first(it).live.place().steps).toBe(3);
  });

  it('a pause before the first step starts no training', async () => {
    const it = harness();
    void it.store.getState().play(null);
    const made = it.last('run-create');
    await made.end(done(summary(made.input)));
    it.store.getState().pause('r1');
    await it.last('run-history').end(done(history(0, 0)));
    expect(it.count('train')).toBe(0);
    expect(first(it).activity).toBe('idle');
  });

  it('P2 takes one step when one is requested, and requests it once', async () => {
    const it = await playing(1);
    void it.store.getState().train('r1', 1);
    expect(it.count('train')).toBe(1);
    expect(it.last('train').input).toEqual({ id: 'r1', steps: 1 });
  });

  it('P3 pauses the running run before another one resumes', async () => {
    const it = await playing();
    const one = it.last('train');
    one.tell(event(0, 1));
    void it.store.getState().play(null);
    const made = it.last('run-create');
    await made.end(done(summary(made.input)));
    expect(one.aborted).toBe(true);
    expect(it.count('train')).toBe(1);
    await one.end(done(result(1, { kind: 'paused' })));
    await it.last('run-history').end(done(history(0, 0)));
    expect(it.last('train').input).toEqual({ id: 'r2', steps: null });
    expect(it.store.getState().runs.map(({ summary: { labels } }) => labels)).toEqual([
      { name: 'Run 1', note: '', color: 0 },
      { name: 'Run 2', note: '', color: 1 },
    ]);
  });

  it('requests the missing part after a gap', async () => {
    const it = await playing();
    it.last('train').tell(event(0, 2));
    it.last('train').tell(event(5, 6));
    expect(it.last('run-history').input).toEqual({
      id: 'r1',
      from: { steps: 2, norms: 2, epochs: 0 },
    });
    await it.last('run-history').end(done(history(2, 6)));
    expect(first(it).live.place().steps).toBe(6);
  });

  it('P2 is idle again when an event of a job cannot be applied, and the next one starts', async () => {
    const it = await playing();
    it.last('train').tell(event(0, 1));
    await it.last('train').end(done(result(1, { kind: 'paused' })));
    const training = it.store.getState().train('r1', null);
    await settle();
    const ended = Promise.all([
      expect(training).rejects.toThrow(),
      it.store.getState().chooseBackend('cpu'),
    ]);
    await it.last('train').end(done({ kind: 'failed' }));
    expect(first(it).activity).toBe('idle');
    expect(it.count('backend')).toBe(1);
    await it.last('backend').end(failed('None.'));
    await ended;
    void it.store.getState().train('r1', null);
    await settle();
    expect(it.count('train')).toBe(3);
  });

  it('P10 shows a reopened device, until the run is started again', async () => {
    const it = await playing();
    const restarted = { step: 2, message: 'The GPU was lost.' };
    it.last('train').tell({ ...event(0, 2), restarted });
    expect(first(it).restarted).toEqual(restarted);
    await it.last('train').end(done({ ...result(2, { kind: 'paused' }), restarted }));
    expect(first(it).restarted).toEqual(restarted);
    expect(it.count('backend')).toBe(0);
    void it.store.getState().train('r1', null);
    expect(first(it).restarted).toBeNull();
  });

  it('P10 checks the requested backend again when the device failed', async () => {
    const it = await playing();
    it.last('train').tell(event(0, 1));
    const report = { name: 'webgpu', reason: '', skipped: [], checks: 1, milliseconds: 1 };
    it.store.setState({ backend: report as BackendReport });
    const end: RunEnd = { kind: 'failed', code: 'device-lost', message: 'The GPU was lost.' };
    await it.last('train').end(done(result(1, end)));
    expect(it.count('backend')).toBe(1);
    expect(it.last('backend').input).toEqual({ wanted: 'webgpu' });
  });

  it('P6 resumes from the last checkpoint with a lower learning rate', async () => {
    const it = await playing();
    it.last('train').tell(event(0, 8));
    const end: RunEnd = { kind: 'not-finite', step: 8, message: 'The loss is not a number.' };
    await it.last('train').end(done(result(8, end)));
    void it.store.getState().goBack('r1', 0.005);
    await it.last('run-rewind').end(done({ ...first(it).summary, step: 5, end: null }));
    expect(first(it).live.place().steps).toBe(5);
    expect(it.last('run-edit').input).toEqual({
      id: 'r1',
      edit: { field: 'learningRate', value: 0.005 },
    });
    const edits = [{ step: 6, field: 'learningRate', value: 0.005 }];
    await it.last('run-edit').end(done({ ...DEFAULT_EXPERIMENT, edits }));
    expect(first(it).summary.experiment.edits).toEqual(edits);
    expect(it.last('train').input).toEqual({ id: 'r1', steps: null });
    expect(it.count('train')).toBe(2);
  });

  it('P7 restores the stored runs, and the history of the selected one', async () => {
    const it = harness();
    void it.store.getState().load();
    void it.store.getState().load();
    await it.last('run-purge').end(done(null));
    expect(it.last('run-purge').input).toEqual({ age: 3_600_000 });
    expect(it.count('backend')).toBe(1);
    const input = { id: 'old', labels: { name: 'Old', note: '', color: 3 } };
    await it.last('runs').end(done([summary({ ...input, experiment: DEFAULT_EXPERIMENT })]));
    expect(it.store.getState()).toMatchObject({ listed: true, selected: null });
    it.store.getState().select('old');
    await it.last('run-history').end(done(history(0, 4)));
    expect(first(it)).toMatchObject({ loaded: true, activity: 'idle' });
    it.store.getState().select('old');
    expect(it.count('run-history')).toBe(1);
  });

  it('P7 deletes a running run once it has stopped, and restores it in its place', async () => {
    const it = await playing();
    it.last('train').tell(event(0, 2));
    void it.store.getState().remove('r1');
    expect(it.last('train').aborted).toBe(true);
    await it.last('train').end(done(result(2, { kind: 'paused' })));
    expect(it.store.getState()).toMatchObject({ runs: [], selected: null });
    expect(it.last('run-delete').input).toEqual({ id: 'r1', deleted: true });
    await it.last('run-delete').end(done(null));
    void it.store.getState().undoRemove();
    expect(it.last('run-delete').input).toEqual({ id: 'r1', deleted: false });
    expect(first(it)).toMatchObject({ activity: 'idle', summary: { step: 2 } });
  });

  it('P3 pauses the running run while the backend changes, and resumes afterwards', async () => {
    const it = await playing();
    it.last('train').tell(event(0, 2));
    void it.store.getState().chooseBackend('cpu');
    expect(it.count('backend')).toBe(0);
    await it.last('train').end(done(result(2, { kind: 'paused' })));
    expect(it.last('backend').input).toEqual({ wanted: 'cpu' });
    const report = { name: 'cpu', reason: 'wished', skipped: [], checks: 9, milliseconds: 1 };
    await it.last('backend').end(done(report));
    expect(it.store.getState().backend).toEqual(report);
    expect(it.count('train')).toBe(2);
  });

  it('P3 also pauses a starting run, and then takes the remaining requested steps', async () => {
    const it = await playing(3);
    void it.store.getState().chooseBackend('cpu');
    expect(it.last('train').aborted).toBe(true);
    await it.last('train').end(done({ ...event(0, 1), end: { kind: 'paused' } }));
    await it.last('backend').end(failed('None.'));
    expect(it.last('train').input).toEqual({ id: 'r1', steps: 2 });
  });

  it('P3 lets a run that waits for its history wait for the backend too', async () => {
    const it = harness();
    void it.store.getState().play(null);
    await it.last('run-create').end(done(summary(it.last('run-create').input)));
    void it.store.getState().chooseBackend('cpu');
    expect(it.count('backend')).toBe(0);
    await it.last('run-history').end(done(history(0, 0)));
    expect([it.count('backend'), it.count('train')]).toEqual([1, 0]);
    await it.last('backend').end(failed('None.'));
    expect(it.last('train').input).toEqual({ id: 'r1', steps: null });
  });
});
