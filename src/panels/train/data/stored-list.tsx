import { useState, type JSX } from 'react';
import type { StoredSet } from '../../../model/data/jobs.ts';
import { DATA_FIELDS } from '../../../model/train/experiment-fields.ts';
import { Button } from '../../../ui/button.tsx';
import { formatCount } from '../../../ui/format.ts';
import { formatBytes } from '../labels.ts';
import styles from './data.module.css';
import { DATA_TEXT as WORDS } from './messages.ts';
import { chooseSet, useData } from './use-data.ts';

/** What a set is called on screen. */
export function titleOf({ name, own }: Pick<StoredSet, 'name' | 'own'>): string {
  const known: Readonly<Record<string, string>> = DATA_FIELDS.source.choices;
  return own ? name : (known[name] ?? name);
}

function countWords({ train, test }: StoredSet): string {
  return test === 0
    ? WORDS.count(formatCount(train))
    : WORDS.counts(formatCount(train), formatCount(test));
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
          <span className={styles.small}>{WORDS.inUse}</span>
        ) : (
          <Button kind="quiet" aria-label={WORDS.chooseSet(title)} onClick={() => chooseSet(set)}>
            {WORDS.use}
          </Button>
        )}
        <Button
          kind="quiet"
          aria-label={WORDS.removeSet(title)}
          aria-expanded={asked}
          onClick={() => setAsked(!asked)}
        >
          {WORDS.remove}
        </Button>
      </span>
      <span className={`${styles.small ?? ''} ${styles.whole ?? ''}`}>
        {countWords(set)}, {height}×{width}×{channels}, {formatBytes(bytes)}
      </span>
      {asked && (
        <div role="group" aria-label={WORDS.removeSet(title)} className={styles.sure}>
          <p>{WORDS.sure(title)}</p>
          <div className={styles.buttons}>
            <Button onClick={() => void remove(set.name)}>{WORDS.remove}</Button>
            <Button onClick={() => setAsked(false)}>{WORDS.keep}</Button>
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
        <ul aria-label={WORDS.inBrowser} className={styles.stored}>
          {stored.map((set) => (
            <Item key={set.name} set={set} used={set.name === inUse} />
          ))}
        </ul>
      )}
      {room.usage !== null && room.quota !== null && (
        <p className={styles.small}>
          {WORDS.room(formatBytes(room.usage), formatBytes(room.quota))}{' '}
          {room.persisted ? WORDS.persisted : WORDS.notPersisted}
        </p>
      )}
    </>
  );
}
