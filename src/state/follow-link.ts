import type { StoreApi } from 'zustand/vanilla';

/** The part of a window that links need; a test gives its own. */
export interface LinkWindow {
  readonly location: { hash: string };
  readonly history: { replaceState: (data: unknown, unused: string, url: string) => void };
  readonly addEventListener: (type: 'hashchange', listener: () => void) => void;
  readonly removeEventListener: (type: 'hashchange', listener: () => void) => void;
}

/** The query of a link that could not be read, and why. */
export interface LinkProblem {
  readonly text: string;
  readonly message: string;
}

/** What a store with a link has. */
export interface LinkedState {
  readonly linkProblem: LinkProblem | null;
  readonly setLinkProblem: (problem: LinkProblem | null) => void;
}

/** How a panel's state `S` and its link are made of each other. `T`: what the link holds. */
export interface PanelLink<S, T> {
  /** The panel's place in the address, such as `#/train`. */
  readonly place: string;
  /** Whether an address without a place is this panel's, too. */
  readonly home?: boolean;
  /** The query for a value; empty for what the panel opens with. */
  readonly encode: (value: T) => string | Promise<string>;
  /** The value of a query. Throws (or rejects) with a sentence where it cannot be read. */
  readonly decode: (query: string) => T | Promise<T>;
  /** What a link that cannot be read opens. */
  readonly fallback: T;
  /** What is on screen. */
  readonly shown: (state: S) => T;
  /** Whether two values are the same on screen; identity unless given. */
  readonly same?: (a: T, b: T) => boolean;
  /** Whether a value is still what a bad link opened. */
  readonly isFallback?: (value: T) => boolean;
  readonly open: (value: T) => void;
  /** Called when the address opens nothing: what the store holds stays. */
  readonly keep?: () => void;
}

/** Time between two writes of the address: browsers refuse more than about 100 in 30 seconds. */
const WRITE_DELAY_MS = 400;

/** Hands a value on, at once where it is there already. */
function handOn<T>(
  make: () => T | Promise<T>,
  take: (value: T) => void,
  fail: (error: unknown) => void,
): void {
  try {
    const made = make();
    if (made instanceof Promise) made.then(take, fail);
    else take(made);
  } catch (error) {
    fail(error);
  }
}

/** The hash of the link with a query. */
export function linkHash(place: string, query: string): string {
  return query === '' ? place : `${place}?${query}`;
}

const rethrow = (error: unknown): never => {
  throw error;
};

/**
 * Keeps a panel's store and the address in step, both ways, until the returned function is called. The bare
 * name of a panel opens it as it was left. A link that cannot be read opens the fallback and says why; it
 * stays in the address until something is changed.
 */
export function followLink<S extends LinkedState, T>(
  store: StoreApi<S>,
  link: PanelLink<S, T>,
  page: LinkWindow = window,
): () => void {
  const { place, home = false, encode, decode, fallback, shown, same = Object.is } = link;
  const isFallback = link.isFallback ?? ((value: T) => same(value, fallback));
  let written = '';
  let timer: ReturnType<typeof setTimeout> | undefined;

  const isOpen = (): boolean => {
    const { hash } = page.location;
    return hash.startsWith(place) || (home && hash === '');
  };
  const encoded = (take: (hash: string) => void): void =>
    handOn(
      () => encode(shown(store.getState())),
      (query) => take(linkHash(place, query)),
      rethrow,
    );
  const write = (): void => {
    encoded((hash) => {
      // Another panel may have been opened meanwhile.
      if (!isOpen()) return;
      written = hash;
      page.history.replaceState(null, '', hash);
    });
  };
  const open = (hash: string): void => {
    const text = hash.slice(place.length + 1);
    const take = (value: T, problem: LinkProblem | null): void => {
      if (page.location.hash !== hash) return;
      link.open(value);
      store.getState().setLinkProblem(problem);
      clearTimeout(timer);
    };
    written = hash;
    handOn(
      () => decode(text),
      (value) => take(value, null),
      (error) => take(fallback, { text, message: (error as Error).message }),
    );
  };
  const read = (): void => {
    const { hash } = page.location;
    if (hash === written || !hash.startsWith(place)) {
      link.keep?.();
      return;
    }
    clearTimeout(timer);
    encoded((now) => {
      if (page.location.hash !== hash) return;
      // What is on screen already stays as it is: after Back, say, what was chosen and typed.
      if (hash !== now && hash.startsWith(`${place}?`)) {
        open(hash);
        return;
      }
      link.keep?.();
      write();
    });
  };
  const unsubscribe = store.subscribe((state, before) => {
    if (same(shown(state), shown(before))) return;
    if (state.linkProblem !== null && isFallback(shown(state))) return;
    if (state.linkProblem !== null) state.setLinkProblem(null);
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
