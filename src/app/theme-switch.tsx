import { useEffect, useState, type JSX } from 'react';
import { Select } from '../ui/select.tsx';
import { MESSAGES } from './messages.ts';

type Theme = keyof typeof MESSAGES.themes;
const KEY = 'norm-lab-theme';

function savedTheme(): Theme {
  try {
    const saved = localStorage.getItem(KEY);
    return saved === 'light' || saved === 'dark' ? saved : 'system';
  } catch {
    return 'system'; // storage can be forbidden; the system's wish holds then
  }
}

function apply(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice then lasts for this visit only.
  }
  window.dispatchEvent(new Event('norm-lab-theme'));
}

/** Light, dark, or what the system wishes. */
export function ThemeSwitch(): JSX.Element {
  const [theme, setTheme] = useState<Theme>(savedTheme);
  useEffect(() => apply(theme), [theme]);
  return (
    <Select
      label={MESSAGES.theme}
      value={theme}
      options={(['system', 'light', 'dark'] as const).map((value) => ({
        value,
        label: MESSAGES.themes[value],
      }))}
      onChange={setTheme}
    />
  );
}
