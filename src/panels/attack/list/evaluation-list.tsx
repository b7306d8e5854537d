import { useId, type JSX } from 'react';
import { planWords } from '../../../spec/attack-words.ts';
import { attackStore, type EvaluationEntry } from '../../../state/attack-store.ts';
import { Button } from '../../../ui/button.tsx';
import { formatCount, formatPercent } from '../../../ui/format.ts';
import styles from '../attack.module.css';
import { TEXT } from '../messages.ts';
import { NetName } from '../net-name.tsx';
import { newOneLike } from '../results/controls.tsx';
import { useSummary } from '../results/use-summary.ts';
import { useAttack } from '../use-attack.ts';
import { stateWords } from '../words.ts';

const WORDS = TEXT.list;

function nameOf({ record: { subject, plan } }: EvaluationEntry): string {
  return WORDS.name(subject.name, planWords(plan));
}

function Numbers({ entry: { record } }: { readonly entry: EvaluationEntry }): JSX.Element {
  const summary = useSummary(record);
  if (summary === null)
    return (
      <>
        <td className={styles.number}>{TEXT.none}</td>
        <td className={styles.number}>{TEXT.none}</td>
      </>
    );
  const { clean, robust } = summary;
  const { lower, upper } = robust.interval;
  const rate = formatPercent(robust.rate);
  return (
    <>
      <td className={styles.number}>{formatPercent(clean.rate)}</td>
      <td className={styles.number}>
        {record.finished
          ? WORDS.share(rate, formatPercent(lower), formatPercent(upper))
          : WORDS.atMost(rate)}
      </td>
    </>
  );
}

function Row({ entry }: { readonly entry: EvaluationEntry }): JSX.Element {
  const { id, subject, plan } = entry.record;
  const chosen = useAttack((state) => state.selected === id);
  const { select, remove } = attackStore.getState();
  const radio = useId();
  const name = nameOf(entry);
  return (
    <tr data-chosen={chosen}>
      <th scope="row">
        <div className={styles.named}>
          <input
            type="radio"
            id={radio}
            name="evaluation"
            checked={chosen}
            aria-label={WORDS.choose(name)}
            onChange={() => select(id)}
          />
          <label htmlFor={radio} className={styles.named}>
            <NetName subject={subject} />
          </label>
        </div>
      </th>
      <td className={styles.small}>{planWords(plan)}</td>
      <td className={styles.number}>{formatCount(plan.images.count)}</td>
      <Numbers entry={entry} />
      <td className={styles.small}>{stateWords(entry)}</td>
      <td className={styles.actions}>
        <Button kind="quiet" aria-label={WORDS.likeThis(name)} onClick={() => newOneLike(entry)}>
          {WORDS.again}
        </Button>
        <Button kind="quiet" aria-label={WORDS.removeOne(name)} onClick={() => void remove(id)}>
          {WORDS.remove}
        </Button>
      </td>
    </tr>
  );
}

function Removed(): JSX.Element {
  const removed = useAttack((state) => state.removed);
  const { undoRemove, purge } = attackStore.getState();
  return (
    <div role="status">
      {removed !== null && (
        <p className={styles.removed}>
          <span className={styles.wrap}>{WORDS.removed(nameOf(removed.entry))}</span>
          <Button onClick={() => void undoRemove()}>{WORDS.undo}</Button>
          <Button kind="quiet" onClick={() => void purge()}>
            {WORDS.purge}
          </Button>
        </p>
      )}
    </div>
  );
}

const NUMBERS = new Set(['images', 'clean', 'robust']);

function Table({ entries }: { readonly entries: readonly EvaluationEntry[] }): JSX.Element {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard
    <div role="region" aria-label={WORDS.region} tabIndex={0} className={styles.scroll}>
      <table className={`${styles.table ?? ''} ${styles.kept ?? ''}`}>
        <thead>
          <tr>
            {Object.entries(WORDS.columns).map(([key, name]) => (
              <th key={key} scope="col" className={NUMBERS.has(key) ? styles.number : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Row key={entry.record.id} entry={entry} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** All kept evaluations; one is chosen. A deleted one can be brought back. */
export function EvaluationList(): JSX.Element {
  const entries = useAttack((state) => state.evaluations);
  const listed = useAttack((state) => state.listed);
  return (
    <section aria-label={WORDS.title} className={styles.part}>
      <h2>{WORDS.title}</h2>
      {entries.length > 0 ? (
        <Table entries={entries} />
      ) : (
        <p className={styles.small}>{listed ? WORDS.none : WORDS.listing}</p>
      )}
      <Removed />
    </section>
  );
}
