import type { LinkWindow } from '../follow-link.ts';

/** A window with only an address; `go` navigates as a user would. */
export function fakeLinkWindow(hash: string): LinkWindow & { readonly go: (hash: string) => void } {
  const listeners = new Set<() => void>();
  const location = { hash };
  return {
    location,
    history: { replaceState: (_data, _unused, url) => (location.hash = url) },
    addEventListener: (_type, listener) => listeners.add(listener),
    removeEventListener: (_type, listener) => listeners.delete(listener),
    go: (next) => {
      location.hash = next;
      for (const listener of listeners) listener();
    },
  };
}
