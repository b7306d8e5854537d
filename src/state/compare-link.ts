import { decodeFigureView, encodeFigureView } from '../spec/figure-link.ts';
import { FIGURE_2 } from '../spec/figure-view.ts';
import type { CompareStore } from './compare-store.ts';
import type { LinkWindow } from './layer-link.ts';

const PANEL = '#/compare';
/** Rests between two writes of the address: browsers refuse more than about 100 in 30 seconds. */
const WRITE_DELAY_MS = 400;

function readQuery({ getState }: CompareStore, query: string): void {
  const { setView, setLinkProblem } = getState();
  try {
    setView(decodeFigureView(query));
  } catch (error) {
    setView(FIGURE_2);
    setLinkProblem((error as Error).message);
  }
}

/**
 * Keeps what the figures show and the address in step, both ways, until the returned function is called.
 * A link that cannot be read stays in the address until something is changed.
 */
export function followCompareLink(store: CompareStore, page: LinkWindow = window): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let written = '';

  const write = (): void => {
    // Another panel may have been opened meanwhile.
    if (!page.location.hash.startsWith(PANEL)) return;
    const query = encodeFigureView(store.getState().view);
    written = query === '' ? PANEL : `${PANEL}?${query}`;
    page.history.replaceState(null, '', written);
  };
  const schedule = (): void => {
    clearTimeout(timer);
    timer = setTimeout(write, WRITE_DELAY_MS);
  };
  const read = (): void => {
    const { hash } = page.location;
    if (!hash.startsWith(PANEL) || hash === written) return;
    if (hash.startsWith(`${PANEL}?`)) {
      readQuery(store, hash.slice(PANEL.length + 1));
      clearTimeout(timer);
    } else schedule();
  };
  const unsubscribe = store.subscribe((state, before) => {
    if (state.view !== before.view && state.linkProblem === null) schedule();
  });
  page.addEventListener('hashchange', read);
  read();
  return () => {
    clearTimeout(timer);
    unsubscribe();
    page.removeEventListener('hashchange', read);
  };
}
