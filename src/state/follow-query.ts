import type { LinkWindow } from './layer/link.ts';

/** Rests between two writes of the address: browsers refuse more than about 100 in 30 seconds. */
const WRITE_DELAY_MS = 400;

/** A panel whose state is in the query of its link. */
export interface QueryPanel {
  /** Its place in the address, such as `#/train`. */
  readonly place: string;
  /** The query of what is on screen; empty for what the panel opens with. */
  readonly query: () => string;
  /** Shows what a query says, or why it cannot be read. */
  readonly open: (query: string) => void;
  /** Calls back whenever the query may have changed by what a person did. */
  readonly subscribe: (changed: () => void) => () => void;
}

/**
 * Keeps a panel and the address in step, both ways, until the returned function is called. The bare name
 * of a panel opens it as it was left.
 */
export function followQuery(panel: QueryPanel, page: LinkWindow = window): () => void {
  const { place } = panel;
  let written = '';
  let timer: ReturnType<typeof setTimeout> | undefined;

  const write = (): void => {
    // Another panel may have been opened meanwhile.
    if (!page.location.hash.startsWith(place)) return;
    const query = panel.query();
    written = query === '' ? place : `${place}?${query}`;
    page.history.replaceState(null, '', written);
  };
  const read = (): void => {
    const { hash } = page.location;
    if (hash === written || !hash.startsWith(place)) return;
    clearTimeout(timer);
    // What is on screen already stays as it is: after Back, say, what was chosen and typed.
    if (!hash.startsWith(`${place}?`) || hash === `${place}?${panel.query()}`) {
      write();
      return;
    }
    panel.open(hash.slice(place.length + 1));
    clearTimeout(timer);
    written = hash;
  };
  const unsubscribe = panel.subscribe(() => {
    clearTimeout(timer);
    timer = setTimeout(write, WRITE_DELAY_MS);
  });
  page.addEventListener('hashchange', read);
  read();
  return () => {
    clearTimeout(timer);
    unsubscribe();
    page.removeEventListener('hashchange', read);
  };
}
