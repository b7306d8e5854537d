import type { Finder } from './driver.ts';
import { findSystemFirefox } from './firefox-driver.ts';
import { findChromium, findPlaywrightFirefox, findPlaywrightWebKit } from './playwright-driver.ts';
import { findWebKitGtk, findWebKitGtkWithSharedMemory } from './webkitgtk-driver.ts';

export interface Engine {
  /** Where to look, best first. */
  readonly finders: readonly Finder[];
  /** Why the walk is skipped where none is found, and what to install. */
  readonly missing: string;
  /** What may be said of WebAssembly there on a machine with several cores. */
  readonly threads: RegExp;
}

const DEBIAN_WEBKIT = "install Debian's packages webkit2gtk-driver and xvfb";

const SEVERAL = /on \d+ threads\.$/;

export const ENGINES = {
  chromium: {
    finders: [findChromium],
    missing: 'No Chromium was found: install Chromium, or set NORM_LAB_CHROMIUM to its program.',
    threads: SEVERAL,
  },
  firefox: {
    finders: [findPlaywrightFirefox, findSystemFirefox],
    missing:
      "No Firefox was found: install Debian's package firefox-esr, or run npx playwright install firefox.",
    threads: SEVERAL,
  },
  webkit: {
    finders: [findPlaywrightWebKit, findWebKitGtk],
    missing: `No WebKit was found: ${DEBIAN_WEBKIT}, or run npx playwright install webkit.`,
    // Playwright's build shares memory, WebKitGTK 2.50 does not.
    threads: /on \d+ threads\.$|on one thread: this browser has no SharedArrayBuffer\.$/,
  },
  'webkit-threads': {
    finders: [findWebKitGtkWithSharedMemory],
    missing: `No WebKitGTK was found: ${DEBIAN_WEBKIT}.`,
    threads: SEVERAL,
  },
} as const satisfies Readonly<Record<string, Engine>>;

export type EngineName = keyof typeof ENGINES;
