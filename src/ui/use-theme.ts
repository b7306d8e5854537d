import { useSyncExternalStore } from 'react';

const DARK = '(prefers-color-scheme: dark)';

function follow(changed: () => void): () => void {
  const media = window.matchMedia(DARK);
  media.addEventListener('change', changed);
  window.addEventListener('norm-lab-theme', changed);
  return () => {
    media.removeEventListener('change', changed);
    window.removeEventListener('norm-lab-theme', changed);
  };
}

function theme(): 'light' | 'dark' {
  const chosen = document.documentElement.dataset['theme'];
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return window.matchMedia(DARK).matches ? 'dark' : 'light';
}

/** The theme on screen: the person's choice, else the system's wish. For colours that no sheet holds. */
export function useTheme(): 'light' | 'dark' {
  return useSyncExternalStore(follow, theme);
}
