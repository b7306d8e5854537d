import type { JSX, ReactNode } from 'react';
import type { TrustCheck } from '../../../model/attack/evaluation.ts';
import { Button } from '../../../ui/button.tsx';
import styles from '../attack.module.css';
import { TEXT } from '../messages.ts';

const MESSAGES = TEXT.results.trust;
/** What needs to be seen comes first. */
const ORDER: readonly TrustCheck['state'][] = ['fail', 'not-run', 'pass'];

/** How many checks ended how, in a line. */
export function trustLine(checks: readonly TrustCheck[]): string {
  const count = (state: TrustCheck['state']): number =>
    checks.filter((check) => check.state === state).length;
  return MESSAGES.summary(count('pass'), count('fail'), count('not-run'));
}

/** The running check; none before the net is open, nor after the last one. */
export function workLine({ done, of }: { readonly done: number; readonly of: number }): string {
  return of === 0 ? MESSAGES.opening : MESSAGES.work(Math.min(done + 1, of), of);
}

/** Failed checks first, then those that were not run; each kind in its own order. */
export function inOrder(checks: readonly TrustCheck[]): TrustCheck[] {
  return ORDER.flatMap((state) => checks.filter((check) => check.state === state));
}

function Check({ check: { state, title, sentence } }: { check: TrustCheck }): JSX.Element {
  return (
    <li className={styles.check} data-state={state}>
      <span className={styles.sign}>
        <span aria-hidden="true">{MESSAGES.signs[state]}</span> {MESSAGES.words[state]}
      </span>
      <div>
        <p className={styles.checkTitle}>{title}</p>
        <p>{sentence}</p>
      </div>
    </li>
  );
}

interface Props {
  /** Null before they were requested. */
  readonly checks: readonly TrustCheck[] | null;
  /** Whether the evaluation was continued after they were computed. */
  readonly outdated: boolean;
  /** How many are done while they run; null while they do not. */
  readonly work: { readonly done: number; readonly of: number } | null;
  readonly onRun: () => void;
  readonly onStop: () => void;
  /** Their failure: near the button, since there may be many checks. */
  readonly children: ReactNode;
}

/** The automatic checks of whether a robust accuracy can be trusted. */
export function TrustCard(props: Props): JSX.Element {
  const { checks, outdated, work, onRun, onStop, children } = props;
  return (
    <section aria-label={MESSAGES.title} className={styles.part}>
      <div className={styles.bar}>
        <h2>{MESSAGES.title}</h2>
        {work === null ? (
          <Button onClick={onRun}>{checks === null ? MESSAGES.run : MESSAGES.again}</Button>
        ) : (
          <Button onClick={onStop}>{MESSAGES.stop}</Button>
        )}
      </div>
      <p role="status">
        {work !== null ? workLine(work) : checks === null ? MESSAGES.notAsked : trustLine(checks)}
      </p>
      {outdated && <p className={styles.error}>{MESSAGES.outdated}</p>}
      {children}
      {work !== null && (
        <progress
          className={styles.thin}
          value={work.done}
          max={Math.max(1, work.of)}
          aria-label={MESSAGES.bar}
        />
      )}
      {checks !== null && (
        <ul className={styles.checks}>
          {inOrder(checks).map((check) => (
            <Check key={check.id} check={check} />
          ))}
        </ul>
      )}
      <p className={styles.small}>{MESSAGES.about}</p>
    </section>
  );
}
