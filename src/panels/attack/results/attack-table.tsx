import type { JSX } from 'react';
import { ATTACK_KINDS } from '../../../model/attack/kinds.ts';
import { attacksOf } from '../../../model/attack/plan.ts';
import type { AttackTally, EvaluationRecord } from '../../../model/attack/evaluation.ts';
import type { EvaluationSummary } from '../../../model/attack/evaluation-summary.ts';
import { formatCount, formatPercent } from '../../../ui/format.ts';
import styles from '../attack.module.css';
import { TEXT } from '../messages.ts';
import { formatSettings } from '../labels.ts';

const MESSAGES = TEXT.results.attacks;

function formatGradients({ gradients }: AttackTally): string {
  const { all, zero, subnormal, notFinite } = gradients;
  if (all === 0) return MESSAGES.noGradients;
  return MESSAGES.gradients({
    zero: formatCount(zero),
    subnormal: formatCount(subnormal),
    notFinite: formatCount(notFinite),
    all: formatCount(all),
  });
}

/** The cells of an attack that has begun; dashes of one that has not. */
function cellsOf(
  tally: AttackTally | undefined,
  { standing, complete }: EvaluationSummary['attacks'][number],
): string[] {
  if (tally === undefined) return Array.from({ length: 8 }, () => TEXT.none);
  const { attacked, broken, refused, projected, passes } = tally;
  const { lower, upper } = standing.interval;
  const rate = formatPercent(standing.rate);
  return [
    ...[attacked, broken].map(formatCount),
    // Images not yet attacked may still be broken.
    complete ? formatCount(standing.count) : MESSAGES.atMost(formatCount(standing.count)),
    complete
      ? MESSAGES.share(rate, formatPercent(lower), formatPercent(upper))
      : MESSAGES.atMost(rate),
    ...[refused, projected].map(formatCount),
    MESSAGES.pair(formatCount(passes.forward), formatCount(passes.backward)),
    formatGradients(tally),
  ];
}

interface Props {
  readonly record: EvaluationRecord;
  readonly summary: EvaluationSummary;
}

/** Settings, results and cost of each attack of the list. */
export function AttackTable({ record, summary }: Props): JSX.Element {
  const { plan, tallies } = record;
  const { attack, ...numbers } = MESSAGES.columns;
  return (
    <section aria-label={MESSAGES.title} className={styles.part}>
      <h2>{MESSAGES.title}</h2>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrollable regions must be reachable by keyboard */}
      <div role="region" aria-label={MESSAGES.region} tabIndex={0} className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{attack}</th>
              {Object.values(numbers).map((name) => (
                <th key={name} scope="col" className={styles.number}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {attacksOf(plan).map((entry, at) => (
              <tr key={entry.kind}>
                <th scope="row">
                  {ATTACK_KINDS[entry.kind].label}
                  <span className={styles.smallBlock}>{formatSettings(entry)}</span>
                </th>
                {cellsOf(tallies[at], summary.attacks[at]!).map((text, column) => (
                  <td key={Object.keys(numbers)[column]} className={styles.number}>
                    {text}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={styles.small}>{MESSAGES.about}</p>
    </section>
  );
}
