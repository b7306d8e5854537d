import type { JSX } from 'react';
import { categoricalColor, cssColor } from '../../math/palette.ts';
import type { EvaluationRecord } from '../../spec/evaluation.ts';
import { useTheme } from '../../ui/use-theme.ts';
import styles from './attack.module.css';
import { useNetColor } from './net-of.ts';

/** The line of a net's colour; hollow for a net that is not here any more. */
export function Swatch({ color }: { readonly color: number | null }): JSX.Element {
  const theme = useTheme();
  const style =
    color === null ? undefined : { background: cssColor(categoricalColor(color, theme)) };
  return <span className={styles.swatch} data-gone={color === null} style={style} />;
}

/** The net of an evaluation, by colour and name. */
export function NetName({ subject }: Pick<EvaluationRecord, 'subject'>): JSX.Element {
  const color = useNetColor(subject);
  return (
    <>
      <Swatch color={color} />
      <span className={styles.wrap}>{subject.name}</span>
    </>
  );
}
