import { useSyncExternalStore } from 'react';
import type { Theme } from '../../../math/palette.ts';

/** Sent by the theme switch when a theme was chosen. */
const CHOSEN = 'norm-lab-theme';
const dark = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)');

function presentTheme(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return dark().matches ? 'dark' : 'light';
}

function follow(changed: () => void): () => void {
  const wish = dark();
  wish.addEventListener('change', changed);
  window.addEventListener(CHOSEN, changed);
  return () => {
    wish.removeEventListener('change', changed);
    window.removeEventListener(CHOSEN, changed);
  };
}

/** The theme that the page has now: chosen on it, or wished by the system. */
export function useTheme(): Theme {
  return useSyncExternalStore(follow, presentTheme);
}
