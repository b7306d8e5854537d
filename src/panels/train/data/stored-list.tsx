import { useState, type JSX } from 'react';
import type { StoredSet } from '../../../model/data/jobs.ts';
import { DATA_FIELDS } from '../../../model/train/experiment-fields.ts';
import { Button } from '../../../ui/button.tsx';
import { formatCount } from '../../../ui/format.ts';
import { formatBytes } from '../labels.ts';
import styles from './data.module.css';
import { DATA_TEXT as MESSAGES } from './messages.ts';
import { chooseSet, useData } from './use-data.ts';

/** What a set is called on screen. */
export function titleOf({ name, own }: Pick<StoredSet, 'name' | 'own'>): string {
  const known: Readonly<Record<string, string>> = DATA_FIELDS.source.choices;
  return own ? name : (known[name] ?? name);
}

function formatSetCount({ train, test }: StoredSet): string {
  return test === 0
    ? MESSAGES.count(formatCount(train))
    : MESSAGES.counts(formatCount(train), formatCount(test));
}

function Item({ set, used }: { readonly set: StoredSet; readonly used: boolean }): JSX.Element {
  const remove = useData((state) => state.remove);
  const [asked, setAsked] = useState(false);
  const title = titleOf(set);
  const { height, width, channels, bytes } = set;
  return (
    <li className={styles.item}>
      <span className={styles.wrap}>{title}</span>
      <span className={styles.actions}>
        {used ? (
          <span className={styles.small}>{MESSAGES.inUse}</span>
        ) : (
          <Button
            kind="quiet"
            aria-label={MESSAGES.chooseSet(title)}
            onClick={() => chooseSet(set)}
          >
            {MESSAGES.use}
          </Button>
        )}
        <Button
          kind="quiet"
          aria-label={MESSAGES.removeSet(title)}
          aria-expanded={asked}
          onClick={() => setAsked(!asked)}
        >
          {MESSAGES.remove}
        </Button>
      </span>
      <span className={`${styles.small ?? ''} ${styles.whole ?? ''}`}>
        {formatSetCount(set)}, {height}×{width}×{channels}, {formatBytes(bytes)}
      </span>
      {asked && (
        <div role="group" aria-label={MESSAGES.removeSet(title)} className={styles.sure}>
          <p>{MESSAGES.sure(title)}</p>
          <div className={styles.buttons}>
            <Button onClick={() => void remove(set.name)}>{MESSAGES.remove}</Button>
            <Button onClick={() => setAsked(false)}>{MESSAGES.keep}</Button>
          </div>
        </div>
      )}
    </li>
  );
}

/** The sets that this browser keeps, and how much of its storage is used. */
export function StoredList({ inUse }: { readonly inUse: string }): JSX.Element | null {
  const listing = useData((state) => state.listing);
  if (listing === null) return null;
  const { stored, room } = listing;
  return (
    <>
      {stored.length > 0 && (
        <ul aria-label={MESSAGES.inBrowser} className={styles.stored}>
          {stored.map((set) => (
            <Item key={set.name} set={set} used={set.name === inUse} />
          ))}
        </ul>
      )}
      {room.usage !== null && room.quota !== null && (
        <p className={styles.small}>
          {MESSAGES.room(formatBytes(room.usage), formatBytes(room.quota))}{' '}
          {room.persisted ? MESSAGES.persisted : MESSAGES.notPersisted}
        </p>
      )}
    </>
  );
}
