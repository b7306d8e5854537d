import { useId, type JSX } from 'react';
import type { NetEntry } from '../../state/net/store.ts';
import { Button } from '../../ui/button.tsx';
import { RemovedNote } from '../../ui/removed-note.tsx';
import { Swatch } from '../../ui/swatch.tsx';
import { TEXT } from './messages.ts';
import styles from './net.module.css';
import { useNet } from './use-net.ts';

const MESSAGES = TEXT.nets;

function About({ summary }: Pick<NetEntry, 'summary'>): JSX.Element {
  const { layers, described, notes } = summary;
  return (
    <div className={styles.small}>
      <p>
        {MESSAGES.layers(layers.length)}, {described ? MESSAGES.described : MESSAGES.guessed}
      </p>
      {notes.length > 0 && (
        <details>
          <summary>{MESSAGES.notes(notes.length)}</summary>
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
      <Button kind="quiet" aria-label={MESSAGES.removeNet(name)} onClick={() => remove(id)}>
        {MESSAGES.remove}
      </Button>
      <About summary={summary} />
    </li>
  );
}

/** All open nets: one is shown in the table, all are drawn. A removed one can be restored. */
export function NetList(): JSX.Element | null {
  const nets = useNet((state) => state.nets);
  const removed = useNet((state) => state.removed);
  const undo = useNet((state) => state.undoRemove);
  if (nets.length === 0 && removed === null) return null;
  return (
    <section aria-label={MESSAGES.title} className={styles.list}>
      <h2>{MESSAGES.title}</h2>
      <ul>
        {nets.map((entry) => (
          <Item key={entry.summary.id} entry={entry} />
        ))}
      </ul>
      <RemovedNote
        sentence={removed && MESSAGES.removed(removed.entry.summary.name)}
        undo={{ text: MESSAGES.undo, act: undo }}
      />
    </section>
  );
}
