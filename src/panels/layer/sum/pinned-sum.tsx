import { useMemo, useState, type JSX } from 'react';
import { formatCount, formatNumber } from '../../../ui/format.ts';
import { Button } from '../../../ui/button.tsx';
import { TEXT } from '../messages.ts';
import { useLayer } from '../use-layer.ts';
import { fullSumText, pinnedTerms, sumText, type PinnedTerms } from './pinned-terms.ts';
import styles from './sum.module.css';

const MESSAGES = TEXT.sum;
/** Terms that fit beside the others; the rest is counted. */
const SHOWN = 3;

function Line({ pinned }: { readonly pinned: PinnedTerms }): JSX.Element {
  const [copied, setCopied] = useState<PinnedTerms | null>(null);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(fullSumText(pinned));
    setCopied(pinned);
  };
  return (
    <p className={styles.line}>
      <span className={styles.name}>{`${MESSAGES[pinned.line]} ${formatCount(pinned.at)}`}</span>
      <span className={styles.formula}>{sumText(pinned, SHOWN, formatNumber)}</span>
      <Button
        kind="quiet"
        aria-label={MESSAGES.copyLabels[pinned.line]}
        onClick={() => void copy()}
      >
        {copied === pinned ? MESSAGES.copied : MESSAGES.copy}
      </Button>
    </p>
  );
}

/** What is pinned, written out: the absolute sum over its row and column of M. */
export function PinnedSum(): JSX.Element {
  const report = useLayer((state) => state.report);
  const pinned = useLayer((state) => state.pinned);
  const setPinned = useLayer((state) => state.setPinned);
  const lines = useMemo(
    () => (report === null ? [] : pinnedTerms(report.operator, pinned)),
    [report, pinned],
  );
  return (
    <div className={styles.sum} role="region" aria-label={MESSAGES.title} aria-live="polite">
      <div>
        {lines.map((line) => (
          <Line key={line.line} pinned={line} />
        ))}
        {pinned === null && <p className={styles.hint}>{MESSAGES.hint}</p>}
        {pinned?.kind === 'weight' && (
          <p className={styles.hint}>
            {`${MESSAGES.weight} K[${pinned.i}, ${pinned.j}, ${pinned.k}, ${pinned.t}]`}
          </p>
        )}
      </div>
      {pinned !== null && (
        <Button kind="quiet" onClick={() => setPinned(null)}>
          {MESSAGES.release}
        </Button>
      )}
    </div>
  );
}
