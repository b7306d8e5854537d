import type { JSX } from 'react';
import type { LayerReport } from '../../../model/jobs.ts';
import { Tex } from '../../../ui/tex.tsx';
import { TEXT } from '../messages.ts';
import { formatRatio } from '../norms/norm-table.tsx';
import { inequalities, unrealizedText } from './assumption.ts';
import styles from './lemma.module.css';

const MESSAGES = TEXT.lemma;

function Consequence({ report }: { readonly report: LayerReport }): JSX.Element {
  const { norms, formulas } = report;
  const ratios = [
    ['(1)', formulas.expanded.formula1, norms.l1.value],
    ['(2)', formulas.expanded.formula2, norms.linf.value],
  ] as const;
  const parts = ratios.map(([name, value, truth]) =>
    truth > 0
      ? `${name} ${MESSAGES.is} ${formatRatio(value / truth)} ${MESSAGES.timesTruth}`
      : `${name}: ${value}`,
  );
  const right = ratios.every(([, value, truth]) => Math.abs(value - truth) <= 1e-12 * truth);
  return <p>{right ? MESSAGES.bothRight : `${parts.join('; ')}.`}</p>;
}

/** Assumption 1 in both forms, the inequalities with their numbers, and what follows for (1) and (2). */
export function AssumptionNote({ report }: { readonly report: LayerReport }): JSX.Element {
  const { operator, assumption } = report;
  const verdict = assumption.printedHolds ? 'holds' : assumption.sharpHolds ? 'sharp' : 'fails';
  const unrealized = unrealizedText(operator);
  const circular = operator.geometry.boundary === 'circular';
  return (
    <div className={styles.assumption} aria-live="polite">
      <p className={styles.verdict} data-verdict={verdict}>
        {circular ? MESSAGES.circular : MESSAGES.verdicts[verdict]}
      </p>
      {!circular && (
        <>
          <p>
            <Tex tex={MESSAGES.assumptionTex} plain={MESSAGES.assumptionPlain} />
          </p>
          <ul>
            {inequalities(operator, assumption).map(({ id, holds, text }) => (
              <li key={id} data-holds={holds}>
                <span aria-hidden="true">{holds ? '✓' : '✗'}</span>
                <span className="visually-hidden">
                  {holds ? MESSAGES.true : MESSAGES.false}
                </span>{' '}
                {text}
              </li>
            ))}
          </ul>
        </>
      )}
      <Consequence report={report} />
      {unrealized.length > 0 && <p>{`${MESSAGES.unrealized} ${unrealized.join('; ')}.`}</p>}
    </div>
  );
}
