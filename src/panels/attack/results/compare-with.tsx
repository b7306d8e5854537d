import { useId, useMemo, useState, type JSX } from 'react';
import { formatPlan } from '../../../model/attack/labels.ts';
import {
  compareEvaluations,
  comparisonFault,
  type Comparison,
} from '../../../model/attack/compare-evaluations.ts';
import type { EvaluationRecord } from '../../../model/attack/evaluation.ts';
import { isFormerIdentity } from '../../../model/attack/identity.ts';
import { formatCount, formatNumber } from '../../../ui/format.ts';
import { Select } from '../../../ui/select.tsx';
import styles from '../attack.module.css';
import { TEXT } from '../messages.ts';
import { useFinished } from '../use-attack.ts';

const MESSAGES = TEXT.results.compare;
const NONE = '';
const CELLS = ['both', 'onlyA', 'onlyB', 'neither'] as const;

function nameOf({ subject, plan }: EvaluationRecord): string {
  return MESSAGES.name(subject.name, formatPlan(plan));
}

function Counts({ found, names }: { found: Comparison; names: [string, string] }): JSX.Element {
  const captionId = useId();
  const p = formatNumber(found.p, 3);
  const apart = found.onlyA + found.onlyB;
  return (
    <>
      <p id={captionId} className={styles.small}>
        {MESSAGES.caption(...names)}
      </p>
      <table className={styles.numbers} aria-labelledby={captionId}>
        <tbody>
          {CELLS.map((cell) => (
            <tr key={cell}>
              <th scope="row">{MESSAGES.cells[cell]}</th>
              <td>{formatCount(found[cell])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.text}>{MESSAGES.p(p, formatCount(apart))}</p>
      <p className={styles.small}>{apart === 0 ? MESSAGES.same : MESSAGES.means(p)}</p>
    </>
  );
}

/** Another evaluation of the same images beside this one, pair by pair, with McNemar's test. */
export function CompareWith({ record }: { readonly record: EvaluationRecord }): JSX.Element | null {
  const finished = useFinished();
  const [chosen, setChosen] = useState(NONE);
  const others = useMemo(
    () =>
      finished.filter((other) => other.id !== record.id && comparisonFault(record, other) === null),
    [finished, record],
  );
  const hasOlder = finished.some(
    ({ data }) => isFormerIdentity(data) !== isFormerIdentity(record.data),
  );
  if (!record.finished) return null;
  const other = others.find(({ id }) => id === chosen);
  return (
    <section aria-label={MESSAGES.title} className={styles.part}>
      <h2>{MESSAGES.title}</h2>
      {others.length === 0 ? (
        <p className={styles.small}>{MESSAGES.none}</p>
      ) : (
        <div className={styles.select}>
          <Select
            label={MESSAGES.with}
            value={other === undefined ? NONE : chosen}
            options={[
              { value: NONE, label: MESSAGES.choose },
              ...others.map((one) => ({ value: one.id, label: nameOf(one) })),
            ]}
            onChange={setChosen}
          />
        </div>
      )}
      {hasOlder && <p className={styles.small}>{MESSAGES.older}</p>}
      {other !== undefined && (
        <Counts found={compareEvaluations(record, other)} names={[nameOf(record), nameOf(other)]} />
      )}
    </section>
  );
}
