import { useCallback, useMemo, useState, type JSX } from 'react';
import type { AttackPlan } from '../../../model/attack/plan.ts';
import { attacksOf } from '../../../model/attack/plan.ts';
import type { EvaluationRecord } from '../../../model/attack/evaluation.ts';
import type { Verdict } from '../../../model/attack/verdict.ts';
import type { EvaluationEntry } from '../../../state/attack/store.ts';
import { Button } from '../../../ui/button.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { formatCount } from '../../../ui/format.ts';
import { ImageDialog } from '../image/image-dialog.tsx';
import { formatScale } from '../image/labels.ts';
import { Filters } from './filters.tsx';
import styles from './gallery.module.css';
import { Item, type ItemContext } from './item.tsx';
import { GALLERY_TEXT as MESSAGES } from './messages.ts';
import { countsOf, EVERYTHING, rowsOf, settled, type Filter } from './rows.ts';
import { useImages } from './use-images.ts';

/** Images on a page. */
const PER_PAGE = 24;

interface Order {
  readonly rows: readonly number[];
  /** Whether the rows are in the filter's current order. */
  readonly sorted: boolean;
  readonly again: () => void;
}

/** The rows of a filter, which stay in place until the filter changes or they are sorted again. */
function useOrder(verdicts: readonly Verdict[], filter: Filter, { threat }: AttackPlan): Order {
  const now = useMemo(() => rowsOf(verdicts, filter, threat.norm), [verdicts, filter, threat.norm]);
  const [held, setHeld] = useState({ filter, rows: now });
  const before = held.filter === filter ? held.rows : now;
  const { rows, sorted } = useMemo(() => settled(before, now), [before, now]);
  if (held.filter !== filter || held.rows !== rows) setHeld({ filter, rows });
  return { rows, sorted, again: () => setHeld({ filter, rows: now }) };
}

interface PagerProps {
  readonly page: number;
  readonly count: number;
  readonly onPage: (page: number) => void;
}

function Pager({ page, count, onPage }: PagerProps): JSX.Element {
  const from = page * PER_PAGE;
  const to = Math.min(count, from + PER_PAGE);
  return (
    <nav aria-label={MESSAGES.pages} className={styles.pager}>
      <Button aria-disabled={page === 0} onClick={() => onPage(page - 1)}>
        {MESSAGES.back}
      </Button>
      <span>
        {MESSAGES.page(formatCount(Math.min(from + 1, count)), formatCount(to), formatCount(count))}
      </span>
      <Button aria-disabled={to >= count} onClick={() => onPage(page + 1)}>
        {MESSAGES.next}
      </Button>
    </nav>
  );
}

function useContextOf({ plan, classes }: EvaluationRecord): ItemContext {
  return useMemo(
    () => ({ threat: plan.threat, attacks: attacksOf(plan), classes }),
    [plan, classes],
  );
}

interface ItemsProps {
  readonly rows: readonly number[];
  readonly verdicts: readonly Verdict[];
  readonly imagesOf: ReturnType<typeof useImages>['imagesOf'];
  readonly context: ItemContext;
  readonly onOpen: (row: number) => void;
}

function Items({ rows, verdicts, imagesOf, context, onOpen }: ItemsProps): JSX.Element {
  return (
    <ul className={styles.items}>
      {rows.map((row) => (
        <Item
          key={row}
          row={row}
          verdict={verdicts[row]!}
          images={imagesOf(row)}
          context={context}
          onOpen={onOpen}
        />
      ))}
    </ul>
  );
}

function Filled({ record }: { readonly record: EvaluationRecord }): JSX.Element {
  const { id, plan, verdicts } = record;
  const [filter, setFilter] = useState(EVERYTHING);
  const [wantedPage, setPage] = useState(0);
  const [open, setOpen] = useState<number | null>(null);
  const context = useContextOf(record);
  const counts = useMemo(() => countsOf(verdicts), [verdicts]);
  const { rows, sorted, again } = useOrder(verdicts, filter, plan);
  const page = Math.min(wantedPage, Math.max(0, Math.ceil(rows.length / PER_PAGE) - 1));
  const shown = useMemo(() => rows.slice(page * PER_PAGE, (page + 1) * PER_PAGE), [rows, page]);
  const { imagesOf, failure, retry } = useImages(id, verdicts, shown);
  const openRow = useCallback((row: number) => setOpen(row), []);
  const shape = shown.map((row) => imagesOf(row)?.shape).find(Boolean);
  return (
    <>
      <Filters
        filter={filter}
        counts={counts}
        context={context}
        onChange={(next) => {
          setFilter(next);
          setPage(0);
        }}
      />
      <div className={styles.bar}>
        <Pager page={page} count={rows.length} onPage={setPage} />
        <Button aria-disabled={sorted} onClick={again}>
          {MESSAGES.again}
        </Button>
        <span className={styles.small}>{sorted ? '' : MESSAGES.moved}</span>
      </div>
      {failure !== null && (
        <ErrorNote title={MESSAGES.failed}>
          <p>{failure.message}</p>
          <Button onClick={retry}>{MESSAGES.retry}</Button>
        </ErrorNote>
      )}
      {rows.length === 0 && <p>{MESSAGES.none[filter.fate ?? 'all']}</p>}
      <Items
        rows={shown}
        verdicts={verdicts}
        imagesOf={imagesOf}
        context={context}
        onOpen={openRow}
      />
      <p className={styles.small}>
        {MESSAGES.about(formatScale(plan.threat, shape?.[2] ?? 3, null))}
      </p>
      {open !== null && (
        <ImageDialog
          record={record}
          rows={rows}
          row={open}
          onRow={openRow}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}

/** All images of an evaluation with their results: can be filtered, sorted and opened. */
export function Gallery({ entry }: { readonly entry: EvaluationEntry }): JSX.Element {
  const { record } = entry;
  return (
    <section aria-label={MESSAGES.title} className={styles.gallery}>
      <h2>{MESSAGES.title}</h2>
      {record.verdicts.length === 0 ? (
        <p className={styles.teaching}>{MESSAGES.empty}</p>
      ) : (
        <Filled key={record.id} record={record} />
      )}
    </section>
  );
}
