import type { JSX } from 'react';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { TEXT } from '../messages.ts';
import { useLayer } from '../use-layer.ts';
import styles from './share.module.css';

/** Shows the error of the opened link; its text stays in the address to be fixed. */
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
