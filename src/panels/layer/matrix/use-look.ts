import { useMemo } from 'react';
import type { Theme } from '../../../math/palette.ts';
import type { Ink, Look } from './scene.ts';

const INKS: readonly Ink[] = ['ink', 'ink-2', 'line', 'accent', 'surface'];

/** Asks the page what its custom properties come to; light-dark() is resolved only as a colour in use. */
function readLook(element: HTMLElement, theme: Theme): Look {
  const probe = document.createElement('span');
  probe.style.colorScheme = theme;
  element.append(probe);
  const inks = {} as Record<Ink, string>;
  for (const ink of INKS) {
    probe.style.color = `var(--${ink})`;
    inks[ink] = getComputedStyle(probe).color;
  }
  const font = getComputedStyle(element).fontFamily;
  probe.remove();
  return { inks, font };
}

/** The theme's inks and letters as a canvas takes them. */
export function useLook(theme: Theme): Look {
  // The theme decides what the same properties come to; the probe leaves no trace.
  return useMemo(() => readLook(document.body, theme), [theme]);
}
