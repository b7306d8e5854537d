import type { JSX } from 'react';
import { categoricalColor, cssColor } from '../math/palette.ts';
import styles from './swatch.module.css';
import { useTheme } from './use-theme.ts';

/** The line of a run's or net's colour (its place among the categorical ones); hollow when it is gone. */
export function Swatch({ color }: { readonly color: number | null }): JSX.Element {
  const theme = useTheme();
  const style =
    color === null ? undefined : { background: cssColor(categoricalColor(color, theme)) };
  return <span className={styles.swatch} data-gone={color === null} style={style} />;
}
