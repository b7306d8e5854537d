import type { JSX } from 'react';
import { isVersion } from '../../../model/attack/plan.ts';
import { listDifference } from '../../../model/attack/quirks.ts';
import { formatPlan } from '../../../model/attack/labels.ts';
import type { EvaluationRecord } from '../../../model/attack/evaluation.ts';
import type { EvaluationSummary, Share } from '../../../model/attack/evaluation-summary.ts';
import { Badge } from '../../../ui/badge.tsx';
import { formatCount, formatPercent } from '../../../ui/format.ts';
import styles from '../attack.module.css';
import { TEXT } from '../messages.ts';

const MESSAGES = TEXT.results.head;

function Ends({ share }: { readonly share: Share }): JSX.Element {
  const { count, n, interval } = share;
  return (
    <p className={styles.small}>
      {MESSAGES.of(formatCount(count), formatCount(n))},{' '}
      {MESSAGES.interval(formatPercent(interval.lower), formatPercent(interval.upper))}
    </p>
  );
}

/** Caveats of an evaluation's robust accuracy, in sentences. */
function remarksOn({ plan, finished }: EvaluationRecord, summary: EvaluationSummary): string[] {
  const { clean, robust, n } = summary;
  const wrong = n - clean.count;
  const { kind } = plan.attack;
  const difference = isVersion(kind) ? listDifference(kind, plan.threat.norm) : null;
  return [
    wrong === 0 ? MESSAGES.noneWrong : MESSAGES.wrong(formatCount(wrong)),
    ...(finished ? [] : [MESSAGES.meansSoFar]),
    ...(difference === null ? [] : [TEXT.setup.attack.incomplete(difference)]),
    ...(plan.threat.eps === 0
      ? [robust.count === clean.count ? MESSAGES.zeroEqual : MESSAGES.zeroDiffers]
      : []),
    MESSAGES.means,
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
      <section aria-label={MESSAGES.title} className={styles.part}>
        <h2>{MESSAGES.title}</h2>
        <p>{MESSAGES.waiting}</p>
      </section>
    );
  const { plan, finished } = record;
  return (
    <section aria-label={MESSAGES.title} className={styles.part}>
      <h2>{formatPlan(plan)}</h2>
      <div className={styles.heads}>
        <div>
          <p className={styles.headLabel}>
            {finished ? MESSAGES.robust : MESSAGES.soFar} <Badge kind="certified upper" />
          </p>
          <p className={styles.figure}>{formatPercent(summary.robust.rate)}</p>
          <Ends share={summary.robust} />
        </div>
        <div>
          <p className={styles.headLabel}>{MESSAGES.clean}</p>
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
