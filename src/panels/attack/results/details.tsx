import type { JSX } from 'react';
import type { EvaluationSummary, Typical } from '../../../model/attack/evaluation-summary.ts';
import { formatCount, formatNumber, formatPercent } from '../../../ui/format.ts';
import styles from '../attack.module.css';
import { TEXT } from '../messages.ts';

const MESSAGES = TEXT.results.details;

/** Rows of middle and mean that there are. */
function rowsOf({ distances, margins }: EvaluationSummary): [name: string, values: Typical][] {
  const rows: [string, Typical | null | undefined][] = [
    [`${MESSAGES.distances}, ${MESSAGES.names.linf}`, distances?.linf],
    [`${MESSAGES.distances}, ${MESSAGES.names.l2}`, distances?.l2],
    [`${MESSAGES.distances}, ${MESSAGES.names.l1}`, distances?.l1],
    [MESSAGES.marginClean, margins.clean],
    [MESSAGES.marginBefore, margins.broken?.before],
    [MESSAGES.marginAfter, margins.broken?.after],
  ];
  return rows.flatMap(([name, values]) => (values ? [[name, values]] : []));
}

interface Props {
  readonly summary: EvaluationSummary;
  readonly finished: boolean;
}

/** Distances of the broken images, margins before and after, and the share that survives 8 bits. */
export function Details({ summary, finished }: Props): JSX.Element {
  const { surviveRounding } = summary;
  return (
    <section aria-label={MESSAGES.title} className={styles.part}>
      <h2>{MESSAGES.title}</h2>
      {surviveRounding === null ? (
        <p className={styles.text}>{finished ? MESSAGES.none : MESSAGES.noneYet}</p>
      ) : (
        <p className={styles.text}>
          {MESSAGES.rounding}: {formatPercent(surviveRounding.rate)} (
          {TEXT.results.head.of(formatCount(surviveRounding.count), formatCount(surviveRounding.n))}
          ). <span className={styles.small}>{MESSAGES.roundingHelp}</span>
        </p>
      )}
      <table className={styles.numbers}>
        <thead>
          <tr>
            <th scope="col">{MESSAGES.quantity}</th>
            <th scope="col">{MESSAGES.median}</th>
            <th scope="col">{MESSAGES.mean}</th>
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
      <p className={styles.small}>{MESSAGES.inPixels}</p>
    </section>
  );
}
