import type { JSX } from 'react';
import { attacksOf, THREAT_FIELDS } from '../../../model/attack/plan.ts';
import { formatKind } from '../../../model/attack/labels.ts';
import { isRight } from '../../../model/attack/verdict.ts';
import { formatNumber } from '../../../ui/format.ts';
import { PathView } from '../image/trajectory-view.tsx';
import { attackName, className } from '../image/labels.ts';
import { OWN_TEXT as MESSAGES } from './messages.ts';
import styles from './own.module.css';
import type { OwnResult } from './use-own-attack.ts';

/** The attack's result, in sentences. */
function formatResult(
  { verdict, plan }: Pick<OwnResult, 'verdict' | 'plan'>,
  classes: readonly string[],
): readonly string[] {
  const { label, prediction, margin, brokenBy } = verdict;
  const answer = className(classes, prediction);
  if (!isRight(verdict)) return [MESSAGES.wrong(answer, className(classes, label))];
  const before = MESSAGES.before(answer, formatNumber(margin));
  if (brokenBy === null) return [before, MESSAGES.stood(formatKind(plan.attack.kind))];
  const { norm } = plan.threat;
  return [
    before,
    MESSAGES.fell({
      answer: className(classes, brokenBy.prediction),
      step: brokenBy.step,
      margin: formatNumber(brokenBy.margin),
      attack: attackName(attacksOf(plan)[brokenBy.attack]),
      distance: formatNumber(brokenBy.distances[norm]),
      norm: THREAT_FIELDS.norm.choices[norm],
    }),
  ];
}

/** The predictions before and after, and the attack's trajectory. */
export function OwnResultView({
  result,
  classes,
}: {
  readonly result: OwnResult;
  readonly classes: readonly string[];
}): JSX.Element {
  const { path, plan, verdict } = result;
  return (
    <section aria-label={MESSAGES.result} className={styles.result}>
      <div role="status">
        {formatResult(result, classes).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      {path !== null && (
        <PathView
          path={path}
          classes={classes}
          label={verdict.label}
          threat={plan.threat}
          file={`own-image-${path.attack.kind}`}
        />
      )}
    </section>
  );
}
