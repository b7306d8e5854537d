import { useCallback, type JSX } from 'react';
import type { AttainedNorm } from '../../../math/exact-norms.ts';
import type { Focus } from '../../../model/layer/focus.ts';
import type { LayerReport } from '../../../model/jobs.ts';
import type { L2State } from '../../../state/layer/state.ts';
import { layerStore, sameFocus } from '../../../state/layer/store.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { formatCount, formatNumber } from '../../../ui/format.ts';
import { tapSetName } from '../lemma/names.ts';
import { TEXT } from '../messages.ts';
import { SaveLayerFigure } from '../share/save-figure.tsx';
import { useLayer } from '../use-layer.ts';
import { GramSlider } from './gram-slider.tsx';
import { L2Head } from './l2-head.tsx';
import { l2Rows } from './l2-rows.ts';
import { exactRows } from './norm-rows.ts';
import { NormTable, type NormGroup } from './norm-table.tsx';
import styles from './norms.module.css';

const MESSAGES = TEXT.norms;

interface HeadProps {
  readonly which: 'l1' | 'linf';
  readonly norm: AttainedNorm;
}

/** The pixel that attains a norm: a column is an input pixel, a row an output pixel. */
function focusOf({ which, norm }: HeadProps): Focus {
  const [y, x] = norm.position;
  return { kind: which === 'l1' ? 'input' : 'output', channel: norm.channel, y, x };
}

function AttainedHead(props: HeadProps): JSX.Element {
  const { which, norm } = props;
  const pinned = useLayer((state) => state.pinned);
  const setPinned = useLayer((state) => state.setPinned);
  const [y, x] = norm.position;
  const where =
    `${MESSAGES.lines[which]} ${formatCount(norm.index)}: ${MESSAGES.channels[which]} ${norm.channel}, ` +
    `${MESSAGES.pixel} (${y}, ${x}), ${MESSAGES.taps} ${tapSetName(norm.taps)}`;
  return (
    <div className={styles.attained}>
      <span className={styles.symbol}>{MESSAGES.symbols[which]}</span>
      <span>
        <span className={styles.headline}>{formatNumber(norm.value)}</span> <Badge kind="exact" />
      </span>
      <Button
        className={styles.show}
        aria-label={MESSAGES.showLabels[which]}
        aria-pressed={sameFocus(pinned, focusOf(props))}
        onClick={() => setPinned(focusOf(props))}
      >
        {MESSAGES.showInM}
      </Button>
      <span className={styles.where}>{where}</span>
    </div>
  );
}

interface Shown {
  readonly report: LayerReport;
  readonly l2: L2State;
  readonly rung: number;
}

function groupsOf({ report, l2, rung }: Shown, allDigits: boolean): NormGroup[] {
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
    { id: 'l2', head: <L2Head allDigits={allDigits} />, rows: l2Rows(l2, rung) },
  ];
}

/** The table as CSV: all digits, a line for each row, the interval's ends among them. */
function csvRows(shown: Shown): (string | number)[][] {
  const { progress, fresh } = shown.l2;
  const ends =
    fresh && progress
      ? [
          ['l2', 'interval, lower end', 'certified lower', progress.interval.lower, '', ''],
          ['l2', 'interval, upper end', 'certified upper', progress.interval.upper, '', ''],
        ]
      : [];
  const rows = groupsOf(shown, true).flatMap((group) =>
    group.rows
      .filter((row) => !Number.isNaN(row.value))
      .map((row) => [group.id, row.label, row.badge, row.value, row.ratio ?? '', row.time ?? '']),
  );
  return [['norm', 'quantity', 'is', 'value', 'ratio to truth', 'milliseconds'], ...ends, ...rows];
}

/** The norms of the layer on screen, each with its status. */
export function Norms(): JSX.Element {
  const report = useLayer((state) => state.report);
  const l2 = useLayer((state) => state.l2);
  const allDigits = useLayer((state) => state.view.allDigits);
  const rung = useLayer((state) => state.view.rung);
  const open = useLayer((state) => state.view.rows);
  const setView = useLayer((state) => state.setView);
  const toggle = useCallback((id: string): void => {
    const { rows } = layerStore.getState().view;
    const next = rows.includes(id) ? rows.filter((row) => row !== id) : [...rows, id];
    layerStore.getState().setView({ rows: next });
  }, []);
  return (
    <section aria-labelledby="norms-title" className={styles.norms}>
      <header className={styles.bar}>
        <h2 id="norms-title">{MESSAGES.title}</h2>
        <div className={styles.tools}>
          {report && (
            <SaveLayerFigure name={MESSAGES.csv} rows={() => csvRows({ report, l2, rung })} />
          )}
          <Button aria-pressed={allDigits} onClick={() => setView({ allDigits: !allDigits })}>
            {MESSAGES.digits}
          </Button>
        </div>
      </header>
      {report && (
        <NormTable
          groups={groupsOf({ report, l2, rung }, allDigits)}
          allDigits={allDigits}
          open={open}
          onToggle={toggle}
        />
      )}
      {report && <GramSlider rung={rung} onRung={(next) => setView({ rung: next })} />}
    </section>
  );
}
