import { memo, useId, type JSX, type ReactNode } from 'react';
import { Badge } from '../../../ui/badge.tsx';
import { formatFull, formatNumber, formatTime } from '../../../ui/format.ts';
import { Tex } from '../../../ui/tex.tsx';
import { TEXT } from '../messages.ts';
import type { NormRow } from './norm-rows.ts';
import styles from './norms.module.css';

const MESSAGES = TEXT.norms;

/** One of the three norms: its name, what is said above its rows, and the rows. */
export interface NormGroup {
  readonly id: string;
  readonly head: ReactNode;
  readonly rows: readonly NormRow[];
}

/** A number, or a mark where there is none (yet). */
function valueText({ value, open }: NormRow, allDigits: boolean): string {
  if (Number.isNaN(value)) return open === true ? '…' : MESSAGES.none;
  return allDigits ? formatFull(value) : formatNumber(value);
}

interface RowProps {
  readonly row: NormRow;
  readonly allDigits: boolean;
  /** Whether the row's explanation is shown. */
  readonly open: boolean;
  /** Shows or hides the explanation of the row with this id; the same function every time. */
  readonly onToggle: (id: string) => void;
}

function Explanation({ row, id }: { readonly row: NormRow; readonly id: string }): JSX.Element {
  return (
    <tr id={id} className={styles.explanation}>
      <td colSpan={5}>
        <p>
          <Tex tex={row.tex} plain={row.plain} />
        </p>
        <p>{row.says}</p>
        {row.note !== undefined && row.note !== '' && <p>{row.note}</p>}
        {row.time !== null && <p>{`${MESSAGES.time}: ${formatTime(row.time)}`}</p>}
        {!Number.isNaN(row.value) && <p>{`${MESSAGES.allDigitsOf} ${formatFull(row.value)}`}</p>}
      </td>
    </tr>
  );
}

/** Rows are recreated with each update of ℓ2, 20 times a second: few of them change. */
function sameRow(a: RowProps, b: RowProps): boolean {
  const keys = new Set([...Object.keys(a.row), ...Object.keys(b.row)]) as Set<keyof NormRow>;
  return (
    (['allDigits', 'open', 'onToggle'] as const).every((key) => a[key] === b[key]) &&
    [...keys].every((key) => Object.is(a.row[key], b.row[key]))
  );
}

const Row = memo(function Row({ row, allDigits, open, onToggle }: RowProps): JSX.Element {
  const id = useId();
  return (
    <>
      <tr>
        <th scope="row">
          <button
            type="button"
            className={styles.disclosure}
            aria-expanded={open}
            aria-controls={open ? id : undefined}
            onClick={() => onToggle(row.id)}
          >
            {row.label}
          </button>
        </th>
        <td>
          <Badge kind={row.badge} />
        </td>
        <td className={styles.number}>{valueText(row, allDigits)}</td>
        <td className={styles.number}>{row.ratio === null ? '' : formatRatio(row.ratio)}</td>
        <td className={styles.number}>{row.time === null ? '' : formatTime(row.time)}</td>
      </tr>
      {open && <Explanation row={row} id={id} />}
    </>
  );
}, sameRow);

/** A ratio with three decimals; a bare 1 says that both numbers are the same. */
export function formatRatio(ratio: number): string {
  if (Math.abs(ratio - 1) < 1e-12) return '1';
  if (ratio >= 100) return formatNumber(ratio, 4);
  return ratio.toFixed(3);
}

interface Props {
  readonly groups: readonly NormGroup[];
  readonly allDigits: boolean;
  /** Ids of the rows whose explanation is shown. */
  readonly open: readonly string[];
  readonly onToggle: (id: string) => void;
}

/** All norms, bounds and estimates, in three groups. */
export function NormTable({ groups, allDigits, open, onToggle }: Props): JSX.Element {
  return (
    <table className={styles.table} data-wide={allDigits}>
      <caption className="visually-hidden">{MESSAGES.caption}</caption>
      <colgroup>
        {[1, 2, 3, 4, 5].map((column) => (
          <col key={column} />
        ))}
      </colgroup>
      <thead>
        <tr>
          <th scope="col">{MESSAGES.name}</th>
          <th scope="col">{MESSAGES.badge}</th>
          <th scope="col">{MESSAGES.value}</th>
          <th scope="col">{MESSAGES.ratio}</th>
          <th scope="col">{MESSAGES.time}</th>
        </tr>
      </thead>
      {groups.map(({ id, head, rows }) => (
        <tbody key={id}>
          <tr className={styles.head}>
            <th scope="rowgroup" colSpan={5}>
              {head}
            </th>
          </tr>
          {rows.map((row) => (
            <Row
              key={row.id}
              row={row}
              allDigits={allDigits}
              onToggle={onToggle}
              open={open.includes(row.id)}
            />
          ))}
        </tbody>
      ))}
    </table>
  );
}
