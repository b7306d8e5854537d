import { useEffect, useRef, type JSX, type ReactNode } from 'react';
import styles from './error-note.module.css';

interface Props {
  readonly title: string;
  /** Whether the page scrolls to it when it appears out of sight: it answers a press elsewhere. */
  readonly comesIntoView?: boolean;
  readonly children?: ReactNode;
}

/** Says what went wrong, in sentences, where the eye already is; read out when it appears. */
export function ErrorNote({ title, comesIntoView = false, children }: Props): JSX.Element {
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!comesIntoView || note.current === null) return;
    const { top, bottom } = note.current.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) note.current.scrollIntoView({ block: 'center' });
  }, [comesIntoView]);
  return (
    <div ref={note} role="alert" className={styles.note}>
      <p className={styles.title}>{title}</p>
      {children}
    </div>
  );
}
