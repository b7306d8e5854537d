import type { JSX } from 'react';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { TEXT } from '../messages.ts';
import { useLayer } from '../use-layer.ts';
import styles from './share.module.css';

/** Says what is wrong with the link that was opened; its text stays to be mended. */
export function LinkNote(): JSX.Element | null {
  const problem = useLayer((state) => state.linkProblem);
  if (problem === null) return null;
  const text = problem.text.length > 300 ? `${problem.text.slice(0, 300)}…` : problem.text;
  return (
    <ErrorNote title={TEXT.share.badLink}>
      <p>{problem.message}</p>
      <p className={styles.linkText}>{text}</p>
      <p>{TEXT.share.badLinkHelp}</p>
    </ErrorNote>
  );
}
