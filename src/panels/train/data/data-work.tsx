import { useId, type JSX } from 'react';
import type { DataWork } from '../../../state/data/store.ts';
import { Button } from '../../../ui/button.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { formatCount } from '../../../ui/format.ts';
import { formatBytes } from '../labels.ts';
import styles from './data.module.css';
import { DATA_TEXT as MESSAGES } from './messages.ts';
import { titleOf } from './stored-list.tsx';
import { useData } from './use-data.ts';

function workTitle({ kind, name, progress }: DataWork): string {
  if (kind === 'folder') return MESSAGES.working.folder(name);
  if (kind === 'files') return MESSAGES.working.files(name);
  const host = progress !== null && 'host' in progress ? progress.host : '';
  return MESSAGES.working.fetch(titleOf({ name, own: false }), host);
}

function amount({ kind, progress }: DataWork): string {
  if (progress === null) return '';
  const words = kind === 'folder' ? formatCount : formatBytes;
  return MESSAGES.done(words(progress.done), words(progress.total));
}

function Progress({ work }: { readonly work: DataWork }): JSX.Element {
  const stop = useData((state) => state.stop);
  const id = useId();
  const { progress } = work;
  const failed = progress !== null && 'failed' in progress ? progress.failed : [];
  return (
    <div className={styles.work}>
      <label htmlFor={id} className={styles.wrap}>
        {workTitle(work)}
      </label>
      <progress
        id={id}
        {...(progress === null ? {} : { value: progress.done, max: progress.total })}
      />
      <span className={styles.small}>{amount(work)}</span>
      {failed.map((sentence) => (
        <p key={sentence} className={styles.small}>
          {sentence}
        </p>
      ))}
      <div>
        <Button onClick={stop}>{MESSAGES.stop}</Button>
      </div>
    </div>
  );
}

/** What is being fetched or read, how that ended, and what was noticed on the way. */
export function DataNews(): JSX.Element {
  const work = useData((state) => state.work);
  const failure = useData((state) => state.failure);
  const added = useData((state) => state.added);
  const dismiss = useData((state) => state.dismiss);
  return (
    <div className={styles.news}>
      {work !== null && <Progress work={work} />}
      {failure !== null && (
        <ErrorNote title={MESSAGES.refused}>
          <p className={styles.wrap}>{failure.message}</p>
          <Button onClick={dismiss}>{MESSAGES.dismiss}</Button>
        </ErrorNote>
      )}
      <div role="status" className={styles.small}>
        {added !== null &&
          [MESSAGES.added(titleOf(added)), ...added.notes].map((text) => <p key={text}>{text}</p>)}
      </div>
    </div>
  );
}
