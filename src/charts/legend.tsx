import type { JSX } from 'react';
import styles from './chart.module.css';
import { fitText } from './fit-text.ts';
import { LEGEND_LINE } from './legend-line.ts';

interface Props<E> {
  readonly title?: string;
  readonly entries: readonly E[];
  /** Middle of the first entry, in pixels. */
  readonly left: number;
  readonly top: number;
  /** Width up to the right edge; longer labels are shortened. */
  readonly width: number;
  /** Width of the mark and the gap after it. */
  readonly indent: number;
  /** What stands before a label, centred on y = 0. */
  readonly mark: (entry: E) => JSX.Element;
}

/** Marks with their labels, one below the other. */
export function Legend<E extends { readonly id: string; readonly label: string }>(
  props: Props<E>,
): JSX.Element {
  const { title, entries, left, top, width, indent, mark } = props;
  return (
    <g>
      {title !== undefined && (
        <text x={left} y={12} className={styles.name}>
          {title}
        </text>
      )}
      {entries.map((entry, at) => (
        <g key={entry.id} transform={`translate(${left},${top + LEGEND_LINE * at})`}>
          {mark(entry)}
          <text x={indent} dy="0.32em" className={styles.name}>
            {fitText(entry.label, width - indent)}
          </text>
        </g>
      ))}
    </g>
  );
}
