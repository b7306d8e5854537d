import { describe, expect, it, vi } from 'vitest';
import { FIRST_VIEW } from '../../model/layer/layer-view.ts';
import { DEFAULT_LAYER } from '../../model/layer/layer.ts';
import { operatorOf } from '../../model/layer/operator.ts';
import { followLayerLink } from './link.ts';
import { fakeLinkWindow } from '../testing/link-window.fake.ts';
import { createLayerStore, type LayerStore } from './store.ts';
import type { startJob } from '../worker-client.ts';

/** A worker that only checks whether a layer is valid. */
const start = ((kind: string, input: typeof DEFAULT_LAYER) => ({
  outcome:
    kind === 'layer'
      ? Promise.resolve({ ok: true, value: { operator: operatorOf(input) } })
      : new Promise(() => undefined),
  abort: () => undefined,
})) as unknown as typeof startJob;

async function opened(
  hash: string,
): Promise<{ store: LayerStore; view: ReturnType<typeof fakeLinkWindow> }> {
  const store = createLayerStore(start);
  const view = fakeLinkWindow(hash);
  followLayerLink(store, view);
  await vi.waitFor(() => expect(store.getState().busy || store.getState().report).toBeTruthy());
  await vi.waitFor(() => expect(store.getState().busy).toBe(false));
  return { store, view };
}

describe('the Layer link', () => {
  it('opens the layer of the address, with its pin and colours', async () => {
    const { store } = await opened(
      '#/layer?in=2x5x5&out=3&k=3&s=1&p=0&kernel=blur&pin=e1.2&color=tap&at=3_2_0.5&rung=2',
    );
    expect(store.getState()).toMatchObject({
      spec: { dIn: 2, dOut: 3, input: [5, 5], source: { kind: 'blur' } },
      pinned: { kind: 'entry', row: 1, column: 2 },
      colorMode: 'tap',
      view: { ...FIRST_VIEW, at: [3, 2, 0.5], rung: 2 },
    });
  });

  it('writes the view of the layer, and resets it for an M of another shape', async () => {
    const { store, view } = await opened('');
    store.getState().setView({ at: [4, 5.5, 0.25], slide: [1, 0, 3] });
    await vi.waitFor(() => expect(view.location.hash).toMatch(/&at=4_5.5_0.25&slide=1_0_3$/));
    store.getState().patch({ dOut: 7 });
    await vi.waitFor(() => expect(store.getState().view).toEqual(FIRST_VIEW));
  });

  it('opens the default without one, and writes changes', async () => {
    const { store, view } = await opened('');
    expect(store.getState().spec).toBe(DEFAULT_LAYER);
    store.getState().patch({ dOut: 7 });
    await vi.waitFor(() => expect(view.location.hash).toMatch(/^#\/layer\?in=3x8x8&out=7&/));
  });

  it('follows an address that is pasted later', async () => {
    const { store, view } = await opened('');
    view.go('#/layer?in=1x4x4&out=1&k=1&kernel=identity');
    await vi.waitFor(() => expect(store.getState().shown?.input).toEqual([4, 4]));
  });

  it('reports the error of a bad address, shows the default and keeps the text', async () => {
    const bad = '#/layer?in=3x8x8&out=4&k=banana';
    const { store, view } = await opened(bad);
    expect(store.getState().spec).toBe(DEFAULT_LAYER);
    expect(store.getState().linkProblem).toMatchObject({
      message: expect.stringMatching(/^k=banana: /) as string,
    });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(view.location.hash).toBe(bad);
    store.getState().patch({ dOut: 5 });
    await vi.waitFor(() => expect(view.location.hash).toMatch(/out=5/));
    expect(store.getState().linkProblem).toBeNull();
  });

  it('leaves the address alone while another panel is open', async () => {
    const { store, view } = await opened('');
    view.location.hash = '#/net';
    store.getState().patch({ dOut: 7 });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(view.location.hash).toBe('#/net');
  });
});
