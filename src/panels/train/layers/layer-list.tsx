import { useLayoutEffect, useRef, useState, type JSX } from 'react';
import {
  ROW_KINDS,
  smallCnnRows,
  type LayerRow,
  type RowType,
} from '../../../model/net/net-rows.ts';
import { rowShapes, shapeText, type RowShapes } from '../../../model/net/row-shapes.ts';
import type { ImageShape } from '../../../model/net/source-shapes.ts';
import type { FieldErrors } from '../../../kit/document/error.ts';
import { Button } from '../../../ui/button.tsx';
import { formatCount } from '../../../ui/format.ts';
import { Select } from '../../../ui/select.tsx';
import styles from './layers.module.css';
import { LAYERS_TEXT as MESSAGES } from './messages.ts';
import { movedRow, usualRow, withRow } from './row-edits.ts';
import { RowItem, type RowMove } from './row-item.tsx';

const TYPES = Object.keys(ROW_KINDS) as RowType[];

interface AddProps {
  readonly rows: readonly LayerRow[];
  readonly onAdd: (at: number, row: LayerRow) => void;
}

function Add({ rows, onAdd }: AddProps): JSX.Element {
  const [type, setType] = useState<RowType>('conv2d');
  const [place, setPlace] = useState('end');
  // A place that is gone is the end.
  const at = place === 'end' ? rows.length : Math.min(Number(place), rows.length);
  const places = rows.map((row, k) => {
    return { value: String(k), label: MESSAGES.before(k + 1, ROW_KINDS[row.type].label) };
  });
  return (
    <div className={styles.add}>
      <Select<RowType>
        label={MESSAGES.kind}
        value={type}
        options={TYPES.map((one) => ({ value: one, label: ROW_KINDS[one].label }))}
        onChange={setType}
      />
      <Select
        label={MESSAGES.place}
        value={at === rows.length ? 'end' : String(at)}
        options={[...places, { value: 'end', label: MESSAGES.end }]}
        onChange={setPlace}
      />
      <Button onClick={() => onAdd(at, usualRow(type))}>{MESSAGES.add}</Button>
    </div>
  );
}

/** Ids that stay with a layer while it is moved and edited. */
function useIds(): {
  of: (row: LayerRow) => number;
  keep: (old: LayerRow, next: LayerRow) => void;
} {
  const [ids] = useState(() => {
    const known = new WeakMap<LayerRow, number>();
    let last = 0;
    const of = (row: LayerRow): number => {
      const id = known.get(row) ?? ++last;
      known.set(row, id);
      return id;
    };
    return { of, keep: (old: LayerRow, next: LayerRow) => void known.set(next, of(old)) };
  });
  return ids;
}

/** Keeps the keyboard on a layer's button while the layer moves. */
function useFocusAfter(): [
  ref: (list: HTMLOListElement | null) => void,
  ask: (at: number, move: RowMove) => void,
] {
  const list = useRef<HTMLOListElement | null>(null);
  const wanted = useRef<{ at: number; move: RowMove } | null>(null);
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const { at, move } = wanted.current;
    wanted.current = null;
    list.current?.children[at]?.querySelector<HTMLElement>(`[data-move=${move}]`)?.focus();
  });
  return [
    (element) => {
      list.current = element;
    },
    (at, move) => {
      wanted.current = { at, move };
    },
  ];
}

function Total({
  shapes,
  count,
}: {
  readonly shapes: RowShapes;
  readonly count: number;
}): JSX.Element {
  const total = shapes.results.reduce((sum, { parameters }) => sum + parameters, 0);
  return (
    <p className={styles.total} role="status">
      {shapes.error === null && MESSAGES.total(formatCount(total), count)}
    </p>
  );
}

/** Errors in one layer's settings, by their names. */
function errorsAt(fieldErrors: FieldErrors, at: number): Record<string, string> {
  const start = `net.rows.${at}.`;
  return Object.fromEntries(
    Object.entries(fieldErrors)
      .filter(([path]) => path.startsWith(start))
      .map(([path, error]) => [path.slice(start.length), error]),
  );
}

interface Props {
  readonly rows: readonly LayerRow[];
  /** What the net is fed with; null while that is not known. */
  readonly images: ImageShape | null;
  readonly fieldErrors: FieldErrors;
  readonly onChange: (rows: readonly LayerRow[]) => void;
  /** Comes before layers change their places, which takes what is typed and not taken with it. */
  readonly onReorder: () => void;
}

interface Removed {
  readonly row: LayerRow;
  readonly at: number;
}

interface RemovedProps {
  readonly removed: Removed | null;
  readonly onUndo: (removed: Removed) => void;
}

function RemovedNote({ removed, onUndo }: RemovedProps): JSX.Element {
  return (
    <div role="status" className={styles.removed}>
      {removed !== null && (
        <>
          {MESSAGES.removed(ROW_KINDS[removed.row.type].label)}
          <Button kind="quiet" onClick={() => onUndo(removed)}>
            {MESSAGES.undo}
          </Button>
        </>
      )}
    </div>
  );
}

interface RestartProps {
  readonly onRestart: () => void;
}

function Restart({ onRestart }: RestartProps): JSX.Element {
  return (
    <Button kind="quiet" className={styles.restart} onClick={onRestart}>
      {MESSAGES.restart}
    </Button>
  );
}

/** A net as a list of layers that can be put in, taken out, moved and set. */
export function LayerList({ rows, images, fieldErrors, onChange, onReorder }: Props): JSX.Element {
  const ids = useIds();
  const [removed, setRemoved] = useState<Removed | null>(null);
  const [list, focusAfter] = useFocusAfter();
  const shapes = images === null ? null : rowShapes(rows, images);
  const reorder = (next: readonly LayerRow[]): void => {
    onReorder();
    onChange(next);
  };
  const move = (at: number, what: RowMove): void => {
    if (what === 'remove') {
      setRemoved({ row: rows[at]!, at });
      focusAfter(Math.min(at, rows.length - 2), 'remove');
      reorder(rows.toSpliced(at, 1));
      return;
    }
    const by = what === 'up' ? -1 : 1;
    focusAfter(at + by, what);
    reorder(movedRow(rows, at, by));
  };
  const undo = ({ row, at }: Removed): void => {
    setRemoved(null);
    focusAfter(Math.min(at, rows.length), 'remove');
    reorder(withRow(rows, Math.min(at, rows.length), row));
  };
  return (
    <div className={styles.editor}>
      <p className={styles.small}>{MESSAGES.about}</p>
      <p className={styles.small}>
        {images === null ? MESSAGES.unknown : `${MESSAGES.input}: ${shapeText(images.input)}`}
      </p>
      <ol ref={list} aria-label={MESSAGES.list} className={styles.list}>
        {rows.map((row, at) => (
          <li key={ids.of(row)} className={styles.row}>
            <RowItem
              row={row}
              at={at}
              count={rows.length}
              result={shapes?.results[at]}
              error={shapes?.error?.row === at ? shapes.error : null}
              fieldErrors={errorsAt(fieldErrors, at)}
              onMove={(what) => move(at, what)}
              onChange={(next) => {
                ids.keep(row, next);
                onChange(rows.with(at, next));
              }}
            />
          </li>
        ))}
      </ol>
      {rows.length === 0 && <p className={styles.error}>{shapes?.error?.message}</p>}
      <RemovedNote removed={removed} onUndo={undo} />
      {shapes !== null && <Total shapes={shapes} count={rows.length} />}
      <Add rows={rows} onAdd={(at, row) => reorder(withRow(rows, at, row))} />
      <Restart onRestart={() => reorder(smallCnnRows(images?.classes ?? 10))} />
    </div>
  );
}
