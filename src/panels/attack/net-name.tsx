import type { JSX } from 'react';
import type { EvaluationRecord } from '../../model/attack/evaluation.ts';
import { Swatch } from '../../ui/swatch.tsx';
import styles from './attack.module.css';
import { useNetColor } from './net-of.ts';

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
