import { memo, useCallback, useEffect, useId, useState, type JSX } from 'react';
import { csvText } from '../../charts/export.ts';
import type { NetEntry } from '../../state/net-store.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { formatNumber } from '../../ui/format.ts';
import { saveFile } from '../../ui/save-file.ts';
import { ChooseFiles } from './intake.tsx';
import { LayerDetails } from './layer-details.tsx';
import { TEXT } from './messages.ts';
import styles from './net.module.css';
import {
  assumptionWord,
  canRefine,
  gapText,
  geometryText,
  isUnfinished,
  nextSorting,
  sortRows,
  tableCsv,
  tableRows,
  type Sorting,
  type SortKey,
  type TableRow,
} from './table-rows.ts';
import { useNet } from './use-net.ts';

const WORDS = TEXT.table;

interface Column {
  readonly id: keyof typeof WORDS.columns;
  readonly sort?: SortKey;
  readonly number?: boolean;
}

const COLUMNS: readonly Column[] = [
  { id: 'place', sort: 'place', number: true },
  { id: 'name', sort: 'name' },
  { id: 'kind', sort: 'kind' },
  { id: 'shape' },
  { id: 'geometry' },
  { id: 'assumption' },
  { id: 'l1', sort: 'l1', number: true },
  { id: 'linf', sort: 'linf', number: true },
  { id: 'l2', sort: 'l2', number: true },
  { id: 'gap', sort: 'gap', number: true },
];

interface HeadProps {
  readonly sorting: Sorting;
  readonly onSort: (key: SortKey) => void;
}

function Head({ sorting, onSort }: HeadProps): JSX.Element {
  const direction = sorting.descending ? 'descending' : 'ascending';
  return (
    <thead>
      <tr>
        {COLUMNS.map(({ id, sort, number }) => (
          <th
            key={id}
            scope="col"
            className={number === true ? styles.number : undefined}
            aria-sort={sort === sorting.key ? direction : undefined}
          >
            {sort === undefined ? (
              WORDS.columns[id]
            ) : (
              <button type="button" className={styles.sort} onClick={() => onSort(sort)}>
                {WORDS.columns[id]}
                <span aria-hidden="true">{sort === sorting.key ? (sorting.descending ? ' ▾' : ' ▴') : ''}</span>
              </button>
            )}
          </th>
        ))}
        <th scope="col">
          <span className="visually-hidden">{WORDS.refine}</span>
        </th>
      </tr>
    </thead>
  );
}

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
        {WORDS.failed}: {failure.message}
      </td>
    );
  }
  const pending = busy ? WORDS.pending : '';
  const l2 = norms?.l2;
  return (
    <>
      <td className={styles.number}>{norms === null ? pending : formatNumber(norms.l1)}</td>
      <td className={styles.number}>{norms === null ? pending : formatNumber(norms.linf)}</td>
      <td className={styles.number}>
        {l2 == null
          ? pending || WORDS.notTaken
          : l2.lower === l2.upper
            ? formatNumber(l2.lower)
            : `${formatNumber(l2.lower)} – ${formatNumber(l2.upper)}`}
      </td>
      <td className={styles.number}>{gapText(row)}</td>
    </>
  );
}

function Row({ net, described, busy, row, onOpen }: RowProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const id = useId();
  const refine = useNet((state) => state.refine);
  const { info, norms, failure } = row;
  const canOpen = info.shape !== null && failure === null;
  // A row whose layer cannot be computed shows at once where to mend it.
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
            aria-label={WORDS.details(info.name)}
            onClick={() => setOpen(!shown)}
          >
            <span aria-hidden="true">{shown ? '▾' : '▸'}</span> {info.index + 1}
          </button>
        </td>
        <th scope="row" className={styles.wrap}>
          {canOpen ? (
            <button
              type="button"
              className={styles.link}
              title={WORDS.open(info.name)}
              onClick={() => onOpen(info.index)}
            >
              {info.name}
            </button>
          ) : (
            info.name
          )}
        </th>
        <td>{WORDS.kinds[info.kind]}</td>
        <td className={styles.wrap}>{info.weightShape.join('×')}</td>
        <td>
          {geometryText(info, norms)}{' '}
          {info.guessed.some((field) => info.kind !== 'batchnorm2d' || field === 'eps') && <Badge kind="guess" />}
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
              aria-label={WORDS.refineLayer(info.name)}
              onClick={() => refine(net, [info.index])}
            >
              {WORDS.refine}
            </Button>
          )}
        </td>
      </tr>
      {shown && (
        <tr id={id} className={styles.detailsRow}>
          <td colSpan={COLUMNS.length + 1}>
            <LayerDetails net={net} row={row} described={described} />
          </td>
        </tr>
      )}
    </>
  );
}

/** Rows are drawn again only when something in them is new: a net may have hundreds. */
const MemoRow = memo(Row, (a, b) => {
  const same = (['info', 'norms', 'failure'] as const).every((key) => a.row[key] === b.row[key]);
  return same && a.busy === b.busy && a.described === b.described && a.onOpen === b.onOpen;
});

function Bar({ entry, rows }: { readonly entry: NetEntry; readonly rows: readonly TableRow[] }): JSX.Element {
  const { refine, resume, stop, open, description } = useNet((state) => state);
  const { id, name } = entry.summary;
  const wide = rows.filter(canRefine).map(({ info }) => info.index);
  const left = rows.filter(isUnfinished).length;
  const saveDescription = async (): Promise<void> => {
    const text = await description(id);
    if (text !== null) saveFile(`${name}.json`, text, 'application/json');
  };
  return (
    <div className={styles.bar}>
      <p role="status" className={styles.small}>
        {entry.busy.size > 0 ? WORDS.computing(entry.busy.size) : WORDS.badges}
      </p>
      <div className={styles.buttons}>
        {entry.busy.size > 0 && <Button onClick={() => stop(id)}>{WORDS.stop}</Button>}
        {entry.busy.size === 0 && left > 0 && <Button onClick={() => resume(id)}>{WORDS.resume(left)}</Button>}
        {entry.busy.size === 0 && left === 0 && (
          <Button disabled={wide.length === 0} onClick={() => refine(id, wide)}>
            {WORDS.refineAll}
          </Button>
        )}
        <Button onClick={() => saveFile(`${name}.csv`, csvText(tableCsv(rows)), 'text/csv')}>
          {WORDS.exportTable}
        </Button>
        <Button onClick={() => void saveDescription()}>{WORDS.exportDescription}</Button>
        <ChooseFiles
          label={WORDS.importDescription}
          accept=".json"
          onFiles={(files) => void open(files)}
        />
      </div>
    </div>
  );
}

/** Rows that are drawn in one frame. */
const SLICE = 24;

/** Counts up to `total`, a slice a frame: a table of hundreds of rows must not hold up the page. */
function useGrowing(total: number): number {
  const [count, setCount] = useState(SLICE);
  useEffect(() => {
    if (count >= total) return undefined;
    const frame = requestAnimationFrame(() => setCount(count + SLICE));
    return () => cancelAnimationFrame(frame);
  }, [count, total]);
  return Math.min(count, total);
}

/** All layers of a net with their norms. */
export function LayerTable({ entry }: { readonly entry: NetEntry }): JSX.Element {
  const titleId = useId();
  const [sorting, setSorting] = useState<Sorting>({ key: 'place', descending: false });
  const [problem, setProblem] = useState<string | null>(null);
  const openLayer = useNet((state) => state.openLayer);
  const { summary, failure } = entry;
  const rows = tableRows(summary.layers, entry.rows);
  const drawn = sortRows(rows, sorting).slice(0, useGrowing(rows.length));
  const { id } = summary;
  const onOpen = useCallback(
    (layer: number): void => {
      void openLayer(id, layer).then((refused) => {
        setProblem(refused?.message ?? null);
        if (refused === null) window.location.hash = '#/layer';
      });
    },
    [openLayer, id],
  );
  return (
    <section aria-labelledby={titleId} className={styles.tablePart}>
      <h2 id={titleId} className={styles.wrap}>
        {WORDS.title(summary.name)}
      </h2>
      <Bar entry={entry} rows={rows} />
      {failure !== null && (
        <ErrorNote title={WORDS.stopped}>
          <p>{failure.message}</p>
        </ErrorNote>
      )}
      {problem !== null && (
        <ErrorNote title={WORDS.couldNotOpen}>
          <p>{problem}</p>
        </ErrorNote>
      )}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by keyboard */}
      <div role="region" aria-label={WORDS.region} tabIndex={0} className={styles.scroll}>
        <table className={styles.table}>
          <colgroup className={styles.columns}>
            {[...COLUMNS.map(({ id }) => id), 'refine'].map((id) => (
              <col key={id} data-column={id} />
            ))}
          </colgroup>
          <Head sorting={sorting} onSort={(key) => setSorting(nextSorting(sorting, key))} />
          <tbody>
            {drawn.map((row) => (
              <MemoRow
                key={row.info.index}
                net={id}
                described={summary.described}
                busy={entry.busy.has(row.info.index)}
                row={row}
                onOpen={onOpen}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
