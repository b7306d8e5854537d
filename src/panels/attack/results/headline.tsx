import type { JSX } from 'react';
import { isVersion } from '../../../model/attack/plan.ts';
import { listDifference } from '../../../model/attack/quirks.ts';
import { planWords } from '../../../model/attack/labels.ts';
import type { EvaluationRecord } from '../../../model/attack/evaluation.ts';
import type { EvaluationSummary, Share } from '../../../model/attack/evaluation-summary.ts';
import { Badge } from '../../../ui/badge.tsx';
import { formatCount, formatPercent } from '../../../ui/format.ts';
import styles from '../attack.module.css';
import { TEXT } from '../messages.ts';

const WORDS = TEXT.results.head;

function Ends({ share }: { readonly share: Share }): JSX.Element {
  const { count, n, interval } = share;
  return (
    <p className={styles.small}>
      {WORDS.of(formatCount(count), formatCount(n))},{' '}
      {WORDS.interval(formatPercent(interval.lower), formatPercent(interval.upper))}
    </p>
  );
}

/** What has to be said of an evaluation's number, in sentences. */
function remarksOn({ plan, finished }: EvaluationRecord, summary: EvaluationSummary): string[] {
  const { clean, robust, n } = summary;
  const wrong = n - clean.count;
  const { kind } = plan.attack;
  const difference = isVersion(kind) ? listDifference(kind, plan.threat.norm) : null;
  return [
    wrong === 0 ? WORDS.noneWrong : WORDS.wrong(formatCount(wrong)),
    ...(finished ? [] : [WORDS.meansSoFar]),
    ...(difference === null ? [] : [TEXT.setup.attack.incomplete(difference)]),
    ...(plan.threat.eps === 0
      ? [robust.count === clean.count ? WORDS.zeroEqual : WORDS.zeroDiffers]
      : []),
    WORDS.means,
  ];
}

interface Props {
  readonly record: EvaluationRecord;
  readonly summary: EvaluationSummary | null;
}

/** Robust accuracy and clean accuracy, and what they are. */
export function Headline({ record, summary }: Props): JSX.Element {
  if (summary === null)
    return (
      <section aria-label={WORDS.title} className={styles.part}>
        <h2>{WORDS.title}</h2>
        <p>{WORDS.waiting}</p>
      </section>
    );
  const { plan, finished } = record;
  return (
    <section aria-label={WORDS.title} className={styles.part}>
      <h2>{planWords(plan)}</h2>
      <div className={styles.heads}>
        <div>
          <p className={styles.headLabel}>
            {finished ? WORDS.robust : WORDS.soFar} <Badge kind="certified upper" />
          </p>
          <p className={styles.figure}>{formatPercent(summary.robust.rate)}</p>
          <Ends share={summary.robust} />
        </div>
        <div>
          <p className={styles.headLabel}>{WORDS.clean}</p>
          <p className={styles.figure}>{formatPercent(summary.clean.rate)}</p>
          <Ends share={summary.clean} />
        </div>
      </div>
      <ul className={styles.remarks}>
        {remarksOn(record, summary).map((remark) => (
          <li key={remark}>{remark}</li>
        ))}
      </ul>
    </section>
  );
}
