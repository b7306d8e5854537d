import { useId, type JSX } from 'react';
import { Badge } from '../../../ui/badge.tsx';
import { formatNumber } from '../../../ui/format.ts';
import { TEXT } from '../messages.ts';
import { useLayer } from '../use-layer.ts';
import { rungId, truthOf } from './l2-rows.ts';
import { formatRatio } from './norm-table.tsx';
import styles from './norms.module.css';

const MESSAGES = TEXT.norms;
const RUNGS = 6;

interface Props {
  readonly rung: number;
  readonly onRung: (rung: number) => void;
}

/** From Theorem 1 to Delattre 2024 by one slider: each rung squares MᵀM once more. */
export function GramSlider({ rung, onRung }: Props): JSX.Element {
  const id = useId();
  const { progress, fresh } = useLayer((state) => state.l2);
  const truth = truthOf(progress, fresh);
  const found = fresh ? progress?.methods.find((method) => method.id === rungId(rung)) : undefined;
  const value = found === undefined || Number.isNaN(found.value) ? null : found.value;
  const ratio = value === null || truth === null || truth === 0 ? '…' : formatRatio(value / truth);
  const text =
    value === null
      ? (found?.note ?? MESSAGES.pending)
      : `${formatNumber(value)} = ${ratio} ${MESSAGES.ofTruth}`;
  return (
    <div className={styles.ladder}>
      <label htmlFor={id}>{`${MESSAGES.ladder} = ${rung}`}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={RUNGS}
        value={rung}
        aria-valuetext={`t = ${rung}: ${text}`}
        onChange={({ target }) => onRung(Number(target.value))}
      />
      <output htmlFor={id}>
        {text} {found !== undefined && value !== null && <Badge kind={found.badge} />}
      </output>
      <p>{MESSAGES.ladderSays[Math.min(rung, 2)]}</p>
    </div>
  );
}
