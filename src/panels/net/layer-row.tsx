import { Fragment, memo, useId, useState, type JSX } from 'react';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { formatEnds, formatNumber } from '../../ui/format.ts';
import { LayerDetails } from './layer-details.tsx';
import { TEXT } from './messages.ts';
import styles from './net.module.css';
import { assumptionWord, canRefine, gapText, geometryText, type TableRow } from './table-rows.ts';
import { useNet } from './use-net.ts';

const MESSAGES = TEXT.table;
/** Those of the table's head, and the one of the button. */
const COLUMN_COUNT = Object.keys(MESSAGES.columns).length + 1;

interface RowProps {
  readonly net: string;
  readonly described: boolean;
  readonly busy: boolean;
  readonly row: TableRow;
  readonly onOpen: (layer: number) => void;
}

function Numbers({ row, busy }: { readonly row: TableRow; readonly busy: boolean }): JSX.Element {
  const { norms, failure } = row;
  if (failure !== null) {
    return (
      <td colSpan={4} className={styles.failed}>
        {MESSAGES.failed}: {failure.message}
      </td>
    );
  }
  const pending = busy ? MESSAGES.pending : '';
  const l2 = norms?.l2;
  return (
    <>
      <td className={styles.number}>{norms === null ? pending : formatNumber(norms.l1)}</td>
      <td className={styles.number}>{norms === null ? pending : formatNumber(norms.linf)}</td>
      <td className={styles.number}>{l2 == null ? pending || MESSAGES.notTaken : l2Text(l2)}</td>
      <td className={styles.number}>{gapText(row)}</td>
    </>
  );
}

/** Digits that both ends have room for in the column; the details have all of them. */
const MOST_DIGITS = 6;

/** Both ends with as many digits as tell them apart; one number where they are the same. */
function l2Text(l2: { readonly lower: number; readonly upper: number }): string {
  if (l2.lower === l2.upper) return formatNumber(l2.lower);
  return formatEnds(l2, MOST_DIGITS).join(' – ');
}

/** A layer's name, which may go on in the next line after a dot or a slash. */
function Name({ name }: { readonly name: string }): JSX.Element {
  return (
    <>
      {name.split(/(?<=[./])/).map((part, at) => (
        <Fragment key={at}>
          {at > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </>
  );
}

interface NameCellProps {
  readonly name: string;
  /** Opens the layer in the Layer panel; null when it cannot be opened. */
  readonly onOpen: (() => void) | null;
}

function NameCell({ name, onOpen }: NameCellProps): JSX.Element {
  return (
    <th scope="row" className={styles.wrap}>
      {onOpen === null ? (
        <Name name={name} />
      ) : (
        <button type="button" className={styles.link} title={MESSAGES.open(name)} onClick={onOpen}>
          <Name name={name} />
        </button>
      )}
    </th>
  );
}

function Row({ net, described, busy, row, onOpen }: RowProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const id = useId();
  const refine = useNet((state) => state.refine);
  const { info, norms, failure } = row;
  const canOpen = info.shape !== null && failure === null;
  // A row whose layer cannot be computed shows at once where to fix it.
  const shown = open || (failure?.leastInput !== undefined && !described);
  return (
    <>
      <tr aria-busy={busy}>
        <td className={styles.number}>
          <button
            type="button"
            className={styles.toggle}
            aria-expanded={shown}
            aria-controls={shown ? id : undefined}
            aria-label={MESSAGES.details(info.name)}
            onClick={() => setOpen(!shown)}
          >
            <span aria-hidden="true">{shown ? '▾' : '▸'}</span> {info.index + 1}
          </button>
        </td>
        <NameCell name={info.name} onOpen={canOpen ? () => onOpen(info.index) : null} />
        <td>{MESSAGES.kinds[info.kind]}</td>
        <td className={styles.wrap}>{info.weightShape.join('×')}</td>
        <td>
          {geometryText(info, norms)}{' '}
          {info.guessed.some((field) => info.kind !== 'batchnorm2d' || field === 'eps') && (
            <Badge kind="guess" />
          )}
        </td>
        <td data-verdict={norms?.assumption?.sharpHolds === false ? 'fails' : undefined}>
          {norms === null ? '' : assumptionWord(norms.assumption)}
        </td>
        <Numbers row={row} busy={busy} />
        <td>
          {canRefine(row) && (
            <Button
              kind="quiet"
              className={styles.refine}
              disabled={busy}
              aria-label={MESSAGES.refineLayer(info.name)}
              onClick={() => refine(net, [info.index])}
            >
              {MESSAGES.refine}
            </Button>
          )}
        </td>
      </tr>
      {shown && (
        <tr id={id} className={styles.detailsRow}>
          <td colSpan={COLUMN_COUNT}>
            <LayerDetails net={net} row={row} described={described} />
          </td>
        </tr>
      )}
    </>
  );
}

/**
 * A layer's row, and its details below it. Drawn again only when something in it is new: a net may
 * have hundreds.
 */
export const LayerRow = memo(Row, (a, b) => {
  const same = (['info', 'norms', 'failure'] as const).every((key) => a.row[key] === b.row[key]);
  return same && a.busy === b.busy && a.described === b.described && a.onOpen === b.onOpen;
});
