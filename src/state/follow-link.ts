import type { StoreApi } from 'zustand/vanilla';

/** The part of a window used by links; replaced in tests. */
export interface LinkWindow {
  readonly location: { hash: string };
  readonly history: { replaceState: (data: unknown, unused: string, url: string) => void };
  readonly addEventListener: (type: 'hashchange', listener: () => void) => void;
  readonly removeEventListener: (type: 'hashchange', listener: () => void) => void;
}

/** The query of a link that could not be read, and the reason. */
export interface LinkProblem {
  readonly text: string;
  readonly message: string;
}

/** State of a store with a link. */
export interface LinkedState {
  readonly linkProblem: LinkProblem | null;
  readonly setLinkProblem: (problem: LinkProblem | null) => void;
}

/** Conversion between a panel's state `S` and its link. `T`: the content of the link. */
export interface PanelLink<S, T> {
  /** The panel's place in the address, such as `#/train`. */
  readonly place: string;
  /** Whether an address without a place also belongs to this panel. */
  readonly home?: boolean;
  /** The query for a value; empty for the default. */
  readonly encode: (value: T) => string | Promise<string>;
  /** The value of a query. Throws (or rejects) with a sentence when it cannot be read. */
  readonly decode: (query: string) => T | Promise<T>;
  /** The value opened by an unreadable link. */
  readonly fallback: T;
  /** The value on screen. */
  readonly shown: (state: S) => T;
  /** Whether two values look the same on screen; identity by default. */
  readonly same?: (a: T, b: T) => boolean;
  /** Whether a value is still the one opened by a bad link. */
  readonly isFallback?: (value: T) => boolean;
  readonly open: (value: T) => void;
  /** Called when the address opens nothing; the store is unchanged. */
  readonly keep?: () => void;
}

/** Time between two writes of the address: browsers allow about 100 in 30 seconds. */
const WRITE_DELAY_MS = 400;

/** Passes a value on, synchronously when it is available. */
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

/** Keeps a panel's store and the address in step; see {@link followLink}. */
class LinkFollower<S extends LinkedState, T> {
  #written = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly store: StoreApi<S>,
    private readonly link: PanelLink<S, T>,
    private readonly page: LinkWindow,
  ) {}

  start(): () => void {
    const unsubscribe = this.store.subscribe((state, before) => this.#changed(state, before));
    this.page.addEventListener('hashchange', this.#read);
    this.#read();
    return () => {
      clearTimeout(this.#timer);
      unsubscribe();
      this.page.removeEventListener('hashchange', this.#read);
    };
  }

  #isOpen(): boolean {
    const { hash } = this.page.location;
    return hash.startsWith(this.link.place) || (this.link.home === true && hash === '');
  }

  #same(a: T, b: T): boolean {
    return (this.link.same ?? Object.is)(a, b);
  }

  #isFallback(value: T): boolean {
    const { isFallback, fallback } = this.link;
    return isFallback === undefined ? this.#same(value, fallback) : isFallback(value);
  }

  #encoded(take: (hash: string) => void): void {
    const { encode, shown, place } = this.link;
    handOn(
      () => encode(shown(this.store.getState())),
      (query) => take(linkHash(place, query)),
      rethrow,
    );
  }

  readonly #write = (): void => {
    this.#encoded((hash) => {
      // Another panel may have been opened meanwhile.
      if (!this.#isOpen()) return;
      this.#written = hash;
      this.page.history.replaceState(null, '', hash);
    });
  };

  #open(hash: string): void {
    const { decode, fallback, open, place } = this.link;
    const text = hash.slice(place.length + 1);
    const take = (value: T, problem: LinkProblem | null): void => {
      if (this.page.location.hash !== hash) return;
      open(value);
      this.store.getState().setLinkProblem(problem);
      clearTimeout(this.#timer);
    };
    this.#written = hash;
    handOn(
      () => decode(text),
      (value) => take(value, null),
      (error) => take(fallback, { text, message: (error as Error).message }),
    );
  }

  readonly #read = (): void => {
    const { place, keep } = this.link;
    const { hash } = this.page.location;
    if (hash === this.#written || !hash.startsWith(place)) {
      keep?.();
      return;
    }
    clearTimeout(this.#timer);
    this.#encoded((now) => {
      if (this.page.location.hash !== hash) return;
      // A value already on screen is unchanged, so that Back keeps selections and typed text.
      if (hash !== now && hash.startsWith(`${place}?`)) {
        this.#open(hash);
        return;
      }
      keep?.();
      this.#write();
    });
  };

  #changed(state: S, before: S): void {
    const value = this.link.shown(state);
    if (this.#same(value, this.link.shown(before))) return;
    if (state.linkProblem !== null && this.#isFallback(value)) return;
    if (state.linkProblem !== null) state.setLinkProblem(null);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#write, WRITE_DELAY_MS);
  }
}

/**
 * Synchronizes a panel's store and the address in both directions until the returned function is
 * called. The bare name of a panel opens it unchanged. An unreadable link opens the fallback and
 * reports the reason; it stays in the address until something is changed.
 */
export function followLink<S extends LinkedState, T>(
  store: StoreApi<S>,
  link: PanelLink<S, T>,
  page: LinkWindow = window,
): () => void {
  return new LinkFollower(store, link, page).start();
}
