import { describe, expect, it, vi } from 'vitest';
import { DEFAULT_EXPERIMENT } from '../../model/train/experiment.ts';
import { fakeLinkWindow } from '../testing/link-window.fake.ts';
import { createRunStore, type RunStore } from './store.ts';
import { followTrainLink } from './link.ts';

const store = (): RunStore =>
  createRunStore({
    start: () => {
      throw new Error('no job');
    },
  });

describe('the address of the Train panel', () => {
  it('opens the experiment of a link, and follows the form', () => {
    vi.useFakeTimers();
    const [runs, window] = [store(), fakeLinkWindow('#/train?seed=5')];
    const off = followTrainLink(runs, window);
    expect(runs.getState().draft).toEqual({ ...DEFAULT_EXPERIMENT, seed: 5 });
    runs.getState().setDraft({ ...DEFAULT_EXPERIMENT, seed: 6 });
    vi.runAllTimers();
    expect(window.location.hash).toBe('#/train?seed=6');
    window.go('#/train?seed=7');
    expect(runs.getState().draft.seed).toBe(7);
    off();
    vi.useRealTimers();
  });

  it('keeps the screen when it returns to its link', () => {
    const [runs, window] = [store(), fakeLinkWindow('#/train?seed=5')];
    followTrainLink(runs, window)();
    runs.getState().setFieldError('training.batch', 'Empty: give a number.');
    const before = runs.getState();
    followTrainLink(runs, window);
    expect(runs.getState()).toBe(before);
  });

  it('reports the error of a link, and leaves it in the address', () => {
    vi.useFakeTimers();
    const [runs, window] = [store(), fakeLinkWindow('#/train?seed=x')];
    followTrainLink(runs, window);
    vi.runAllTimers();
    expect(runs.getState().linkProblem?.message).toMatch(/^seed: /);
    expect(window.location.hash).toBe('#/train?seed=x');
    vi.useRealTimers();
  });

  it('opens unchanged when only the panel is named, and writes nothing over another panel', () => {
    vi.useFakeTimers();
    const [runs, window] = [store(), fakeLinkWindow('#/train')];
    runs.getState().setDraft({ ...DEFAULT_EXPERIMENT, seed: 9 });
    followTrainLink(runs, window);
    expect(window.location.hash).toBe('#/train?seed=9');
    runs.getState().setDraft({ ...DEFAULT_EXPERIMENT, seed: 10 });
    window.go('#/net');
    vi.runAllTimers();
    expect(window.location.hash).toBe('#/net');
    vi.useRealTimers();
  });
});
