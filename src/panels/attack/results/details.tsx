import type { JSX } from 'react';
import type { EvaluationSummary, Typical } from '../../../model/attack/evaluation-summary.ts';
import { formatCount, formatNumber, formatPercent } from '../../../ui/format.ts';
import styles from '../attack.module.css';
import { TEXT } from '../messages.ts';

const WORDS = TEXT.results.details;

/** Rows of middle and mean that there are. */
function rowsOf({ distances, margins }: EvaluationSummary): [name: string, values: Typical][] {
  const rows: [string, Typical | null | undefined][] = [
    [`${WORDS.distances}, ${WORDS.names.linf}`, distances?.linf],
    [`${WORDS.distances}, ${WORDS.names.l2}`, distances?.l2],
    [`${WORDS.distances}, ${WORDS.names.l1}`, distances?.l1],
    [WORDS.marginClean, margins.clean],
    [WORDS.marginBefore, margins.broken?.before],
    [WORDS.marginAfter, margins.broken?.after],
  ];
  return rows.flatMap(([name, values]) => (values ? [[name, values]] : []));
}

interface Props {
  readonly summary: EvaluationSummary;
  readonly finished: boolean;
}

/** How far the broken images moved, how sure the net was and is, and what survives 8 bits. */
export function Details({ summary, finished }: Props): JSX.Element {
  const { surviveRounding } = summary;
  return (
    <section aria-label={WORDS.title} className={styles.part}>
      <h2>{WORDS.title}</h2>
      {surviveRounding === null ? (
        <p className={styles.text}>{finished ? WORDS.none : WORDS.noneYet}</p>
      ) : (
        <p className={styles.text}>
          {WORDS.rounding}: {formatPercent(surviveRounding.rate)} (
          {TEXT.results.head.of(formatCount(surviveRounding.count), formatCount(surviveRounding.n))}
          ). <span className={styles.small}>{WORDS.roundingHelp}</span>
        </p>
      )}
      <table className={styles.numbers}>
        <thead>
          <tr>
            <th scope="col">{WORDS.quantity}</th>
            <th scope="col">{WORDS.median}</th>
            <th scope="col">{WORDS.mean}</th>
          </tr>
        </thead>
        <tbody>
          {rowsOf(summary).map(([name, { median, mean }]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{formatNumber(median)}</td>
              <td>{formatNumber(mean)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.small}>{WORDS.inPixels}</p>
    </section>
  );
}
