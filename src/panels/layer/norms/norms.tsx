import { useState, type JSX } from 'react';
import type { AttainedNorm } from '../../../math/exact-norms.ts';
import type { Focus } from '../../../spec/focus.ts';
import type { LayerReport } from '../../../spec/jobs.ts';
import { Button } from '../../../ui/button.tsx';
import { formatCount, formatNumber } from '../../../ui/format.ts';
import type { L2State } from '../../../state/layer-store.ts';
import { tapSetName } from '../lemma/names.ts';
import { TEXT } from '../messages.ts';
import { useLayer } from '../use-layer.ts';
import { L2Head } from './l2-head.tsx';
import { l2Rows } from './l2-rows.ts';
import { exactRows } from './norm-rows.ts';
import { NormTable, type NormGroup } from './norm-table.tsx';
import styles from './norms.module.css';

const WORDS = TEXT.norms;

interface HeadProps {
  readonly which: 'l1' | 'linf';
  readonly norm: AttainedNorm;
}

/** The pixel that attains a norm: a column is an input pixel, a row an output pixel. */
function focusOf({ which, norm }: HeadProps): Focus {
  const [y, x] = norm.position;
  return { kind: which === 'l1' ? 'input' : 'output', channel: norm.channel, y, x };
}

function AttainedHead({ which, norm }: HeadProps): JSX.Element {
  const setPinned = useLayer((state) => state.setPinned);
  const [y, x] = norm.position;
  const where =
    `${WORDS.lines[which]} ${formatCount(norm.index)}: ${WORDS.channels[which]} ${norm.channel}, ` +
    `${WORDS.pixel} (${y}, ${x}), ${WORDS.taps} ${tapSetName(norm.taps)}`;
  return (
    <div className={styles.attained}>
      <span className={styles.symbol}>{WORDS.symbols[which]}</span>
      <span className={styles.headline}>{formatNumber(norm.value)}</span>
      <Button
        className={styles.show}
        aria-label={WORDS.showLabels[which]}
        onClick={() => setPinned(focusOf({ which, norm }))}
      >
        {WORDS.showInM}
      </Button>
      <span className={styles.where}>{where}</span>
    </div>
  );
}

function groupsOf(report: LayerReport, l2: L2State, allDigits: boolean): NormGroup[] {
  const { norms } = report;
  return [
    {
      id: 'l1',
      head: <AttainedHead which="l1" norm={norms.l1} />,
      rows: exactRows(report, 'l1'),
    },
    {
      id: 'linf',
      head: <AttainedHead which="linf" norm={norms.linf} />,
      rows: exactRows(report, 'linf'),
    },
    {
      id: 'l2',
      head: <L2Head allDigits={allDigits} />,
      rows: l2Rows(report, l2),
    },
  ];
}

/** The norms of the layer on screen, each with what it is worth. */
export function Norms(): JSX.Element {
  const report = useLayer((state) => state.report);
  const l2 = useLayer((state) => state.l2);
  const [allDigits, setAllDigits] = useState(false);
  return (
    <section aria-labelledby="norms-title" className={styles.norms}>
      <header className={styles.bar}>
        <h2 id="norms-title">{WORDS.title}</h2>
        <Button aria-pressed={allDigits} onClick={() => setAllDigits(!allDigits)}>
          {WORDS.digits}
        </Button>
      </header>
      {report && <NormTable groups={groupsOf(report, l2, allDigits)} allDigits={allDigits} />}
    </section>
  );
}
