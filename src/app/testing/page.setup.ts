import 'fake-indexeddb/auto';
import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';
import { WorkerInPage } from './worker-in-page.ts';

// What jsdom lacks and the panels ask for. Nothing has a size or is drawn here: that is for the browser tests.

class NoResizes implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

const lightTheme = (media: string): MediaQueryList =>
  Object.assign(new EventTarget(), {
    media,
    matches: false,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  });

Object.assign(globalThis, {
  ResizeObserver: NoResizes,
  Worker: WorkerInPage,
  matchMedia: lightTheme,
});
Object.assign(HTMLCanvasElement.prototype, {
  getContext: () => null,
  transferControlToOffscreen: () => ({}),
});
Element.prototype.scrollIntoView = () => undefined;

// A test's own limit, not this one, ends what hangs.
configure({ asyncUtilTimeout: 20_000, defaultHidden: true });

afterEach(() => {
  cleanup();
  window.location.hash = '';
});
