import { act, cleanup, render } from '@testing-library/react';
import type { StoreApi } from 'zustand';
import { App } from '../app.tsx';

/** Opens the lab at a link such as `#/layer?in=1x6x6`. */
export async function openPage(hash: string): Promise<void> {
  window.location.hash = hash;
  await reopenPage();
}

/** Puts a store of the page back to what it holds when the page is loaded. */
export function resetStore<T>(store: StoreApi<T>): void {
  store.setState(store.getInitialState(), true);
}

/** Closes the page, if one is open, and opens it again at the link that it has. Stores keep their state unless reset. */
export async function reopenPage(): Promise<void> {
  cleanup();
  await act(async () => {
    render(<App />);
    await Promise.resolve();
  });
}

/** Text of an element with its white space as one blank each. */
export function stripSpace(element: HTMLElement): string {
  return element.textContent.replace(/\s+/g, ' ');
}

/** What a screen reader reads with an element as its description. */
export function describedBy(element: HTMLElement): string {
  const ids = (element.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean);
  return ids
    .map((id) => document.getElementById(id)?.textContent ?? '')
    .join(' ')
    .trim();
}
