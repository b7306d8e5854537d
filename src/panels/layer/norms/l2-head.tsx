import type { JSX } from 'react';
import type { L2Interval } from '../../../math/l2/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { formatEnds, formatFull } from '../../../ui/format.ts';
import { TEXT } from '../messages.ts';
import { useLayer } from '../use-layer.ts';
import { gapOf } from './l2-rows.ts';
import styles from './norms.module.css';

const MESSAGES = TEXT.norms;

/** upper ÷ lower − 1 in percent. */
function gapText(gap: number | null): string {
  if (gap === null) return MESSAGES.gapUnknown;
  if (gap === 0) return MESSAGES.gapNone;
  const percent = gap * 100;
  return percent < 1e-4
    ? MESSAGES.gapTiny
    : `${MESSAGES.gap} ${String(Number(percent.toPrecision(2)))} %`;
}

/** Start, stop, and refine with more effort. */
function RunButtons(): JSX.Element {
  const status = useLayer((state) => state.l2.status);
  const effort = useLayer((state) => state.l2.effort);
  const start = useLayer((state) => state.startL2);
  const stop = useLayer((state) => state.stopL2);
  if (status === 'running') {
    return (
      <Button className={styles.show} aria-label={MESSAGES.stopLabel} onClick={stop}>
        {MESSAGES.stop}
      </Button>
    );
  }
  const again = effort === 'full' && status === 'done';
  return (
    <Button
      className={styles.show}
      aria-label={MESSAGES.refineLabel}
      disabled={again}
      onClick={() => start('full')}
    >
      {again ? MESSAGES.refined : MESSAGES.refine}
    </Button>
  );
}

const allDigitsOf = ({ lower, upper }: L2Interval): string[] => [lower, upper].map(formatFull);

/** The ℓ2 norm as an interval, how wide it is, what certifies its ends, and how far the run is. */
export function L2Head({ allDigits }: { readonly allDigits: boolean }): JSX.Element {
  const { status, effort, progress, fresh, failure } = useLayer((state) => state.l2);
  const words =
    status === 'done' && effort === 'quick' ? MESSAGES.statuses.quick : MESSAGES.statuses[status];
  const interval = fresh ? progress?.interval : undefined;
  const ends = interval && (allDigits ? allDigitsOf(interval) : formatEnds(interval));
  return (
    <div className={styles.attained}>
      <span className={styles.symbol}>{MESSAGES.symbols.l2}</span>
      <span className={allDigits ? styles.digits : styles.headline}>
        {ends ? `[${ends.join(', ')}]` : '[ … ]'}
      </span>
      <RunButtons />
      <span className={styles.where}>
        {interval && (
          <>
            {gapText(gapOf(interval))} ·{' '}
            <span className={styles.end}>
              <Badge kind="certified lower" /> {interval.lowerBy}
            </span>{' '}
            <span className={styles.end}>
              <Badge kind="certified upper" /> {interval.upperBy}
            </span>
          </>
        )}
      </span>
      <progress
        className={styles.progress}
        aria-label={MESSAGES.progress}
        max={1}
        value={status === 'running' ? (progress?.fraction ?? 0) : 1}
        data-running={status === 'running'}
      />
      <span className={styles.where}>
        <span role="status" aria-label={MESSAGES.status}>
          {failure ? failure.message : words}
        </span>
        {status === 'running' &&
          fresh &&
          progress !== null &&
          ` ${MESSAGES.now} ${progress.stage}.`}
      </span>
    </div>
  );
}
