import { useCallback, useEffect, useId, useState, type JSX } from 'react';
import { csvText } from '../../charts/export.ts';
import type { NetEntry } from '../../state/net/store.ts';
import { Badge, type BadgeKind } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { saveFile } from '../../ui/save-file.ts';
import { ChooseFiles } from '../../ui/choose-files.tsx';
import { LayerRow } from './layer-row.tsx';
import { TEXT } from './messages.ts';
import styles from './net.module.css';
import {
  canRefine,
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

const MESSAGES = TEXT.table;

interface Column {
  readonly id: keyof typeof MESSAGES.columns;
  readonly sort?: SortKey;
  readonly number?: boolean;
  /** Status of the column's numbers, if all have the same. */
  readonly badges?: readonly BadgeKind[];
}

const COLUMNS: readonly Column[] = [
  { id: 'place', sort: 'place', number: true },
  { id: 'name', sort: 'name' },
  { id: 'kind', sort: 'kind' },
  { id: 'shape' },
  { id: 'geometry' },
  { id: 'assumption' },
  { id: 'l1', sort: 'l1', number: true, badges: ['exact'] },
  { id: 'linf', sort: 'linf', number: true, badges: ['exact'] },
  { id: 'l2', sort: 'l2', number: true, badges: ['certified lower', 'certified upper'] },
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
        {COLUMNS.map(({ id, sort, number, badges }) => (
          <th
            key={id}
            scope="col"
            className={number === true ? styles.number : undefined}
            aria-sort={sort === sorting.key ? direction : undefined}
          >
            {sort === undefined ? (
              MESSAGES.columns[id]
            ) : (
              <button type="button" className={styles.sort} onClick={() => onSort(sort)}>
                {MESSAGES.columns[id]}
                <span aria-hidden="true">
                  {sort === sorting.key ? (sorting.descending ? ' ▾' : ' ▴') : ''}
                </span>
              </button>
            )}
            {badges && (
              <span className={styles.worth}>
                {badges.map((kind) => (
                  <Badge key={kind} kind={kind} />
                ))}
              </span>
            )}
          </th>
        ))}
        <th scope="col">
          <span className="visually-hidden">{MESSAGES.refine}</span>
        </th>
      </tr>
    </thead>
  );
}

function Bar({
  entry,
  rows,
}: {
  readonly entry: NetEntry;
  readonly rows: readonly TableRow[];
}): JSX.Element {
  const { refine, resume, stop, open, description } = useNet((state) => state);
  const { id, name } = entry.summary;
  const wide = rows.filter(canRefine).map(({ info }) => info.index);
  const left = rows.filter(isUnfinished).length;
  // A layer of the run under way that has its numbers counts no more.
  const pending = rows.filter((row) => isUnfinished(row) && entry.busy.has(row.info.index)).length;
  const saveDescription = async (): Promise<void> => {
    const text = await description(id);
    if (text !== null) saveFile(`${name}.json`, text, 'application/json');
  };
  return (
    <div className={styles.bar}>
      <p className={styles.small}>
        <span role="status">{entry.busy.size > 0 ? MESSAGES.underWay : MESSAGES.badges}</span>
        {entry.busy.size > 0 && ` ${MESSAGES.computing(pending || entry.busy.size)}`}
      </p>
      <div className={styles.buttons}>
        {entry.busy.size > 0 && <Button onClick={() => stop(id)}>{MESSAGES.stop}</Button>}
        {entry.busy.size === 0 && left > 0 && (
          <Button onClick={() => resume(id)}>{MESSAGES.resume(left)}</Button>
        )}
        {entry.busy.size === 0 && left === 0 && (
          <Button disabled={wide.length === 0} onClick={() => refine(id, wide)}>
            {MESSAGES.refineAll}
          </Button>
        )}
        <Button onClick={() => saveFile(`${name}.csv`, csvText(tableCsv(rows)), 'text/csv')}>
          {MESSAGES.exportTable}
        </Button>
        <Button onClick={() => void saveDescription()}>{MESSAGES.exportDescription}</Button>
        <ChooseFiles
          choice="many"
          label={MESSAGES.importDescription}
          accept=".json"
          onFiles={(files) => void open(files)}
        />
      </div>
    </div>
  );
}

/** Rows that are drawn in one frame. */
const SLICE = 12;

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
        {MESSAGES.title(summary.name)}
      </h2>
      <Bar entry={entry} rows={rows} />
      {failure !== null && (
        <ErrorNote title={MESSAGES.stopped}>
          <p>{failure.message}</p>
        </ErrorNote>
      )}
      {problem !== null && (
        <ErrorNote title={MESSAGES.couldNotOpen}>
          <p>{problem}</p>
        </ErrorNote>
      )}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by keyboard */}
      <div role="region" aria-label={MESSAGES.region} tabIndex={0} className={styles.scroll}>
        <table className={styles.table}>
          <colgroup className={styles.columns}>
            {[...COLUMNS.map(({ id }) => id), 'refine'].map((id) => (
              <col key={id} data-column={id} />
            ))}
          </colgroup>
          <Head sorting={sorting} onSort={(key) => setSorting(nextSorting(sorting, key))} />
          <tbody>
            {drawn.map((row) => (
              <LayerRow
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
