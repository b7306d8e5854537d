import { useState, type JSX } from 'react';
import type { LayerNorms } from '../../model/net/net.ts';
import { Badge } from '../../ui/badge.tsx';
import { formatFull } from '../../ui/format.ts';
import { NumberField } from '../../ui/number-field.tsx';
import { GeometryEditor } from './geometry-editor.tsx';
import { TEXT } from './messages.ts';
import styles from './net.module.css';
import { assumptionReasons, formulaRows, type TableRow } from './table-rows.ts';
import { useNet } from './use-net.ts';

const MESSAGES = TEXT.details;

interface Props {
  readonly net: string;
  readonly row: TableRow;
  readonly described: boolean;
}

function Digits({ norms }: { readonly norms: LayerNorms }): JSX.Element {
  const { l1, linf, l2, formulas } = norms;
  const point = l2 !== null && l2.lower === l2.upper;
  return (
    <dl className={styles.digits}>
      <dt>ℓ1</dt>
      <dd>
        {formatFull(l1)} <Badge kind="exact" />
      </dd>
      <dt>ℓ∞</dt>
      <dd>
        {formatFull(linf)} <Badge kind="exact" />
      </dd>
      {l2 !== null && (
        <>
          <dt>ℓ2</dt>
          <dd>
            {formatFull(l2.lower)} <Badge kind={point ? 'exact' : 'certified lower'} />
          </dd>
          {!point && (
            <dd>
              {formatFull(l2.upper)} <Badge kind="certified upper" />
            </dd>
          )}
        </>
      )}
      {formulas !== null &&
        formulaRows(norms, formulas).map(({ label, value, against }) => (
          <div key={label} className={styles.pair}>
            <dt>{label}</dt>
            <dd>
              {formatFull(value)}, {against}
            </dd>
          </div>
        ))}
    </dl>
  );
}

function EpsilonField({ net, row }: Pick<Props, 'net' | 'row'>): JSX.Element {
  const edit = useNet((state) => state.edit);
  const { index, eps, guessed } = row.info;
  const [asked, setAsked] = useState<number | null>(null);
  const [error, setError] = useState<string>();
  const change = async (next: number): Promise<void> => {
    setAsked(next);
    const problem = await edit(net, index, { eps: next });
    setError(problem?.message);
    if (problem === null) setAsked((newest) => (newest === next ? null : newest));
  };
  return (
    <div className={styles.field}>
      <NumberField
        label={TEXT.geometry.eps}
        value={asked ?? eps ?? 0}
        step={1e-5}
        min={0}
        error={error}
        onChange={(next) => void change(next)}
      />
      <span className={styles.guess}>{guessed.includes('eps') && <Badge kind="guess" />}</span>
    </div>
  );
}

function Geometry({ net, row, described }: Props): JSX.Element {
  const { info, failure } = row;
  if (info.kind === 'batchnorm2d') {
    return (
      <>
        <p>{MESSAGES.batchNorm}</p>
        {!described && <EpsilonField net={net} row={row} />}
      </>
    );
  }
  if (info.kind === 'dense' || info.shape === null) return <p>{MESSAGES.dense}</p>;
  if (described) return <p>{MESSAGES.exactGeometry}</p>;
  return <GeometryEditor net={net} info={info} shape={info.shape} failure={failure} />;
}

/** What a row of the table has no room for. */
export function LayerDetails(props: Props): JSX.Element {
  const { norms, info } = props.row;
  const assumption = norms?.assumption ?? null;
  return (
    <div className={styles.details}>
      <section aria-label={MESSAGES.geometry}>
        <h3>{MESSAGES.geometry}</h3>
        <Geometry {...props} />
      </section>
      {norms !== null && (
        <section aria-label={MESSAGES.norms}>
          <h3>{MESSAGES.norms}</h3>
          <Digits norms={norms} />
        </section>
      )}
      {assumption !== null && info.shape !== null && (
        <section aria-label={TEXT.table.columns.assumption}>
          <h3>{TEXT.table.columns.assumption}</h3>
          {assumptionReasons(assumption, info.shape.paddingMode).map((reason) => (
            <p key={reason}>{reason}</p>
          ))}
        </section>
      )}
    </div>
  );
}
