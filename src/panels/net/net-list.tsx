import { useId, type JSX } from 'react';
import type { NetEntry } from '../../state/net/store.ts';
import { Button } from '../../ui/button.tsx';
import { RemovedNote } from '../../ui/removed-note.tsx';
import { Swatch } from '../../ui/swatch.tsx';
import { TEXT } from './messages.ts';
import styles from './net.module.css';
import { useNet } from './use-net.ts';

const WORDS = TEXT.nets;

function About({ summary }: Pick<NetEntry, 'summary'>): JSX.Element {
  const { layers, described, notes } = summary;
  return (
    <div className={styles.small}>
      <p>
        {WORDS.layers(layers.length)}, {described ? WORDS.described : WORDS.guessed}
      </p>
      {notes.length > 0 && (
        <details>
          <summary>{WORDS.notes(notes.length)}</summary>
          <ul>
            {notes.map((note) => (
              <li key={note} className={styles.wrap}>
                {note}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function Item({ entry }: { readonly entry: NetEntry }): JSX.Element {
  const { summary, color } = entry;
  const { id, name } = summary;
  const chosen = useNet((state) => state.selected === id);
  const select = useNet((state) => state.select);
  const remove = useNet((state) => state.remove);
  const group = useId();
  return (
    <li className={styles.net} data-chosen={chosen}>
      <input type="radio" id={group} name="net" checked={chosen} onChange={() => select(id)} />
      <label htmlFor={group} className={styles.netName}>
        <Swatch color={color} />
        <span className={styles.wrap}>{name}</span>
      </label>
      <Button kind="quiet" aria-label={WORDS.removeNet(name)} onClick={() => remove(id)}>
        {WORDS.remove}
      </Button>
      <About summary={summary} />
    </li>
  );
}

/** All open nets: one is shown in the table, all are drawn. A removed one can be brought back. */
export function NetList(): JSX.Element | null {
  const nets = useNet((state) => state.nets);
  const removed = useNet((state) => state.removed);
  const undo = useNet((state) => state.undoRemove);
  if (nets.length === 0 && removed === null) return null;
  return (
    <section aria-label={WORDS.title} className={styles.list}>
      <h2>{WORDS.title}</h2>
      <ul>
        {nets.map((entry) => (
          <Item key={entry.summary.id} entry={entry} />
        ))}
      </ul>
      <RemovedNote
        sentence={removed && WORDS.removed(removed.entry.summary.name)}
        undo={{ text: WORDS.undo, act: undo }}
      />
    </section>
  );
}
