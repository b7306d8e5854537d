import { useMemo, useState, type JSX } from 'react';
import { DensityFigure as Figure } from '../../figures/density-figure.tsx';
import { entryOfNet } from '../../figures/entries.ts';
import { BandwidthChoice, GroupChoice, NormChoice } from '../../figures/view-options.tsx';
import { FIGURE_2 } from '../../model/compare/figure-view.ts';
import type { NetEntry } from '../../state/net/store.ts';
import styles from './net.module.css';

/** The density of the norms of all open nets, as the paper draws its Figure 2. */
export function DensityFigure({ nets }: { readonly nets: readonly NetEntry[] }): JSX.Element {
  const [view, change] = useState(FIGURE_2);
  const entries = useMemo(() => nets.map(entryOfNet), [nets]);
  return (
    <div className={styles.figurePart}>
      <Figure entries={entries} view={view}>
        <div className={styles.options}>
          <NormChoice view={view} change={change} />
          <BandwidthChoice view={view} change={change} />
          <GroupChoice view={view} change={change} />
        </div>
      </Figure>
    </div>
  );
}
