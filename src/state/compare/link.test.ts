import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FIGURE_2 } from '../../model/compare/figure-view.ts';
import { followCompareLink } from './link.ts';
import { createCompareStore, type CompareStore } from './store.ts';
import { fakeLinkWindow } from '../testing/link-window.fake.ts';
import type { startJob } from '../worker-client.ts';

function opened(hash: string): {
  store: CompareStore;
  location: { hash: string };
  go: (hash: string) => void;
} {
  const page = fakeLinkWindow(hash);
  const store = createCompareStore((() => undefined) as unknown as typeof startJob);
  followCompareLink(store, page);
  return { store, location: page.location, go: page.go };
}

describe('the Compare link', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('opens the view of the address, and follows it', () => {
    const { store, go } = opened('#/compare?norm=linf&axis=log');
    expect(store.getState().view).toEqual({ ...FIGURE_2, norm: 'linf', log: true });
    go('#/compare?rule=0.5');
    expect(store.getState().view).toEqual({ ...FIGURE_2, rule: 0.5 });
  });

  it('writes a changed view, and nothing over another panel’s address', () => {
    const { store, location, go } = opened('#/compare');
    store.getState().setView({ ...FIGURE_2, norm: 'linf' });
    vi.runAllTimers();
    expect(location.hash).toBe('#/compare?norm=linf');
    store.getState().setView(FIGURE_2);
    go('#/net');
    vi.runAllTimers();
    expect(location.hash).toBe('#/net');
  });

  it('keeps what is shown when the panel is opened again without a query', () => {
    const { store, location, go } = opened('#/compare');
    store.getState().setView({ ...FIGURE_2, log: true });
    go('#/net');
    go('#/compare');
    vi.runAllTimers();
    expect(store.getState().view.log).toBe(true);
    expect(location.hash).toBe('#/compare?axis=log');
  });

  it('keeps an unreadable link in the address until something is changed', () => {
    const { store, location } = opened('#/compare?norm=l7');
    vi.runAllTimers();
    expect(store.getState().linkProblem?.message).toContain('norm=l7');
    expect(location.hash).toBe('#/compare?norm=l7');
    store.getState().setView({ ...FIGURE_2, log: true });
    vi.runAllTimers();
    expect(store.getState().linkProblem).toBeNull();
    expect(location.hash).toBe('#/compare?axis=log');
  });
});
