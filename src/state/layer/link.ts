import { DEFAULT_LAYER } from '../../model/layer/layer.ts';
import { FIRST_VIEW } from '../../model/layer/layer-view.ts';
import { decodeLink } from '../../model/layer/link-read.ts';
import { encodeLink } from '../../model/layer/link.ts';
import type { EncodedLink } from '../../model/layer/link-format.ts';
import type { MatrixColorMode } from '../../model/layer/matrix-view.ts';
import type { LayerState } from './state.ts';
import type { LayerStore } from './store.ts';

/** The part of a window that links need; a test gives its own. */
export interface LinkWindow {
  readonly location: { hash: string };
  readonly history: { replaceState: (data: unknown, unused: string, url: string) => void };
  readonly addEventListener: (type: 'hashchange', listener: () => void) => void;
  readonly removeEventListener: (type: 'hashchange', listener: () => void) => void;
}

const PREFIX = '#/layer?';
/** Rests between two writes of the address: browsers refuse more than about 100 in 30 seconds. */
const WRITE_DELAY_MS = 400;
const MODES: readonly MatrixColorMode[] = ['value', 'tap', 'tap-set'];

/** The query of a hash such as `#/layer?…`; null when it names no layer. */
export function layerQuery(hash: string): string | null {
  return hash.startsWith(PREFIX) && hash.length > PREFIX.length ? hash.slice(PREFIX.length) : null;
}

/** Opens the layer that a query describes; a bad one opens the default and says what is wrong. */
async function openQuery(store: LayerStore, query: string): Promise<void> {
  const { open, setLinkProblem } = store.getState();
  try {
    const { spec, pinned, color, view } = await decodeLink(query);
    const colorMode = MODES.find((mode) => mode === color) ?? 'value';
    setLinkProblem(null);
    open({ spec, pinned, colorMode, view });
  } catch (error) {
    setLinkProblem({ text: query, message: (error as Error).message });
    open({ spec: DEFAULT_LAYER, pinned: null, colorMode: 'value', view: FIRST_VIEW });
  }
}

/** The query of the link to what is on screen; not complete when it cannot hold the weights. */
export async function queryOf(state: LayerState): Promise<EncodedLink> {
  const { spec, pinned, colorMode, view } = state;
  return encodeLink({ spec, pinned, color: colorMode === 'value' ? null : colorMode, view });
}

function linkChanged(a: LayerState, b: LayerState): boolean {
  return (['spec', 'pinned', 'colorMode', 'view'] as const).some((key) => a[key] !== b[key]);
}

/**
 * Keeps the store and the address in step, both ways, until the returned function is called. A link
 * that cannot be read stays in the address until something is changed.
 */
export function followLink(store: LayerStore, page: LinkWindow = window): () => void {
  let written = '';
  let timer: ReturnType<typeof setTimeout> | undefined;

  const write = async (): Promise<void> => {
    const { query, complete } = await queryOf(store.getState());
    store.getState().setLinkComplete(complete);
    // Another panel may have been opened meanwhile.
    if (page.location.hash !== '' && !page.location.hash.startsWith('#/layer')) return;
    written = PREFIX + query;
    page.history.replaceState(null, '', written);
  };
  const schedule = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void write(), WRITE_DELAY_MS);
  };
  const read = async (): Promise<void> => {
    const { hash } = page.location;
    const query = layerQuery(hash);
    if (query === null || hash === written) {
      const { report, spec, setSpec } = store.getState();
      if (report === null) setSpec(spec);
      if (query === null && hash.startsWith('#/layer')) schedule();
      return;
    }
    written = hash;
    await openQuery(store, query);
    clearTimeout(timer);
  };
  const onHash = (): void => void read();
  const unsubscribe = store.subscribe((state, before) => {
    if (!linkChanged(state, before)) return;
    // What a bad link fell back to is not written over its text.
    if (state.linkProblem !== null && state.spec === DEFAULT_LAYER) return;
    if (state.linkProblem !== null) state.setLinkProblem(null);
    schedule();
  });
  page.addEventListener('hashchange', onHash);
  void read();
  return () => {
    clearTimeout(timer);
    unsubscribe();
    page.removeEventListener('hashchange', onHash);
  };
}
