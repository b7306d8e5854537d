import type { JSX } from 'react';
import { attackQuirks } from '../../../model/attack/quirks.ts';
import { attacksOf } from '../../../model/attack/plan.ts';
import { attacksDone, type EvaluationRecord } from '../../../model/attack/evaluation.ts';
import { attackStore, type EvaluationEntry } from '../../../state/attack/store.ts';
import styles from '../attack.module.css';
import { TEXT } from '../messages.ts';
import { EvaluationTrouble, SideTrouble } from '../trouble.tsx';
import { AttackTable } from './attack-table.tsx';
import { CompareWith } from './compare-with.tsx';
import { Details } from './details.tsx';
import { FallFigure } from './fall-figure.tsx';
import { Headline } from './headline.tsx';
import { News, Running } from './running.tsx';
import { TrustCard } from './trust-card.tsx';
import { useSummary } from './use-summary.ts';

/** Differences of the attacks from the reference. */
function Quirks({ plan }: Pick<EvaluationRecord, 'plan'>): JSX.Element | null {
  const quirks = attackQuirks(attacksOf(plan), plan.threat.norm);
  if (quirks.length === 0) return null;
  return (
    <details className={styles.small}>
      <summary>{TEXT.results.quirks}</summary>
      <ul>
        {quirks.map((quirk) => (
          <li key={quirk}>{quirk}</li>
        ))}
      </ul>
    </details>
  );
}

/** Whether the evaluation was continued after its trust card was computed. */
function isOutdated(record: EvaluationRecord): boolean {
  return record.trustAfter !== undefined && record.trustAfter !== attacksDone(record);
}

/** What an evaluation has found: the numbers, and where they come from. */
export function Results({ entry }: { readonly entry: EvaluationEntry }): JSX.Element {
  const { record } = entry;
  const summary = useSummary(record);
  return (
    <>
      <Running entry={entry} />
      <News entry={entry} summary={summary} />
      <EvaluationTrouble entry={entry} />
      <div className={styles.top}>
        <Headline record={record} summary={summary} />
        {summary !== null && <FallFigure record={record} summary={summary} />}
      </div>
      {summary !== null && (
        <>
          <AttackTable record={record} summary={summary} />
          <Quirks plan={record.plan} />
          <Details summary={summary} finished={record.finished} />
          <CompareWith record={record} />
          <TrustCard
            checks={entry.trusting === null ? record.trust : entry.trusting.checks}
            outdated={entry.trusting === null && isOutdated(record)}
            work={entry.trusting}
            onRun={() => void attackStore.getState().makeTrust(record.id)}
            onStop={() => attackStore.getState().stopTrust(record.id)}
          >
            <SideTrouble entry={entry} what="trust" />
          </TrustCard>
        </>
      )}
    </>
  );
}
