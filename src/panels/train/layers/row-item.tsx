import { useId, useState, type JSX } from 'react';
import { ROW_KINDS, type LayerRow } from '../../../model/net/net-rows.ts';
import { shapeText, type RowError, type RowResult } from '../../../model/net/row-shapes.ts';
import { Button } from '../../../ui/button.tsx';
import { formatCount } from '../../../ui/format.ts';
import styles from './layers.module.css';
import { LAYERS_TEXT as MESSAGES } from './messages.ts';
import { rowSummary } from './row-edits.ts';
import { RowFields } from './row-fields.tsx';

/** What a person can do with a layer as a whole. */
export type RowMove = 'up' | 'down' | 'remove';

interface Props {
  readonly row: LayerRow;
  /** Place in the list, from 0, and length of the list. */
  readonly at: number;
  readonly count: number;
  readonly result: RowResult | undefined;
  readonly error: RowError | null;
  /** What is wrong with the settings, by their names. */
  readonly fieldErrors: Readonly<Record<string, string>>;
  readonly onChange: (row: LayerRow) => void;
  readonly onMove: (move: RowMove) => void;
}

const SIGNS: Readonly<Record<RowMove, string>> = { up: '↑', down: '↓', remove: '×' };

function Moves({
  at,
  count,
  name,
  onMove,
}: Pick<Props, 'at' | 'count' | 'onMove'> & {
  readonly name: string;
}): JSX.Element {
  const ends = { up: at === 0, down: at === count - 1, remove: false };
  return (
    <span className={styles.moves}>
      {(['up', 'down', 'remove'] as const).map((move) => (
        <Button
          key={move}
          kind="quiet"
          data-move={move}
          // Stays in reach of the keyboard at the ends of the list.
          aria-disabled={ends[move]}
          aria-label={`${MESSAGES[move]}: ${name}`}
          title={MESSAGES[move]}
          onClick={() => onMove(move)}
        >
          {SIGNS[move]}
        </Button>
      ))}
    </span>
  );
}

function Facts({ row, result }: Pick<Props, 'row' | 'result'>): JSX.Element {
  const weights = result?.parameters ?? 0;
  return (
    <span className={styles.facts}>
      {rowSummary(row)}
      {result !== undefined && <span>{MESSAGES.shape(shapeText(result.shape))}</span>}
      {weights > 0 && <span>{MESSAGES.weights(formatCount(weights))}</span>}
    </span>
  );
}

/** One layer: what it is, the shape after it, its settings when opened, and what is wrong with it. */
export function RowItem(props: Props): JSX.Element {
  const { row, at, result, error, fieldErrors, onChange } = props;
  const id = useId();
  const [open, setOpen] = useState(false);
  const name = MESSAGES.row(at + 1, ROW_KINDS[row.type].label);
  const hasFields = Object.keys(ROW_KINDS[row.type].fields).length > 0;
  const wrong = Object.keys(fieldErrors).length > 0;
  // The field says it itself where it can be seen.
  const own = error !== null && (error.field === null || fieldErrors[error.field] === undefined);
  const shown = hasFields && (open || wrong);
  return (
    <>
      <div className={styles.head}>
        <span className={styles.number}>{at + 1}</span>
        {hasFields ? (
          <button
            type="button"
            className={styles.name}
            aria-expanded={shown}
            aria-controls={`${id}-fields`}
            aria-label={MESSAGES.edit(name)}
            onClick={() => setOpen(!shown)}
          >
            {ROW_KINDS[row.type].label}
          </button>
        ) : (
          <span className={styles.plain}>{ROW_KINDS[row.type].label}</span>
        )}
        <Moves {...props} name={name} />
        <Facts row={row} result={result} />
      </div>
      {own && (
        <p className={styles.error} role="status">
          {error.message}
        </p>
      )}
      <div id={`${id}-fields`}>
        {shown && <RowFields row={row} at={at} fieldErrors={fieldErrors} onChange={onChange} />}
      </div>
    </>
  );
}
