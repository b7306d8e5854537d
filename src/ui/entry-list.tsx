/* oxlint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role --
   parts of a table that are laid out as a card lose the roles of their elements in some browsers */
import { useId, type JSX, type ReactNode } from 'react';
import { Button } from './button.tsx';
import styles from './entry-list.module.css';
import { RemovedNote, type RemovedNoteProps } from './removed-note.tsx';
import { Swatch } from './swatch.tsx';

/** A column between the one of names and the one of actions. */
export interface EntryColumn<K extends string> {
  readonly key: K;
  readonly title: string;
  /** What its cells hold: small words, a number, or a box to tick. */
  readonly kind: 'text' | 'number' | 'tick';
  /** Width in the table; columns without one share what is left. */
  readonly width?: string;
}

/** All columns: those of names and of actions are in every list. */
export interface EntryColumns<K extends string> {
  readonly name: string;
  readonly between: readonly EntryColumn<K>[];
  readonly actions: string;
}

const NAME_WIDTH = '17%';
const ACTIONS_WIDTH = '9rem';

interface RowProps<K extends string> {
  readonly columns: EntryColumns<K>;
  /** Name of the radio buttons of this list. */
  readonly group: string;
  readonly name: string;
  /** Place of its colour among the categorical ones; null when what it is of is gone. */
  readonly color: number | null;
  /** A person's own words on it. */
  readonly note?: string;
  readonly choice: {
    readonly label: string;
    readonly chosen: boolean;
    readonly act: () => void;
  };
  readonly cells: Readonly<Record<K, ReactNode>>;
  readonly actions: readonly {
    readonly text: string;
    readonly label: string;
    readonly act: () => void;
  }[];
}

/** The radio button that chooses an entry, with its colour, its name and the note on it. */
function NameCell<K extends string>(props: RowProps<K>): JSX.Element {
  const { group, name, color, note = '', choice } = props;
  const radio = useId();
  return (
    <th scope="row" role="rowheader">
      <div className={styles.name}>
        <input
          type="radio"
          id={radio}
          name={group}
          checked={choice.chosen}
          aria-label={choice.label}
          onChange={choice.act}
        />
        <label htmlFor={radio}>
          <Swatch color={color} />
          <span>{name}</span>
        </label>
      </div>
      {note !== '' && <p className={styles.note}>{note}</p>}
    </th>
  );
}

/** An entry of an {@link EntryList}: a row of its table, or a card where the list is narrow. */
export function EntryRow<K extends string>(props: RowProps<K>): JSX.Element {
  const { columns, choice, cells, actions } = props;
  return (
    <tr role="row" data-chosen={choice.chosen}>
      <NameCell {...props} />
      {columns.between.map(({ key, title, kind }) => (
        <td key={key} role="cell" className={styles[kind]} data-title={title}>
          {cells[key]}
        </td>
      ))}
      <td role="cell" className={styles.actions}>
        {actions.map(({ text, label, act }) => (
          <Button key={text} kind="quiet" aria-label={label} onClick={act}>
            {text}
          </Button>
        ))}
      </td>
    </tr>
  );
}

function Header<K extends string>({ columns }: Pick<RowProps<K>, 'columns'>): JSX.Element {
  return (
    <thead role="rowgroup">
      <tr role="row">
        <th scope="col" role="columnheader" style={{ width: NAME_WIDTH }}>
          {columns.name}
        </th>
        {columns.between.map(({ key, title, kind, width }) => (
          <th
            key={key}
            scope="col"
            role="columnheader"
            className={kind === 'text' ? undefined : styles[kind]}
            style={{ width }}
          >
            {title}
          </th>
        ))}
        <th scope="col" role="columnheader" style={{ width: ACTIONS_WIDTH }}>
          {columns.actions}
        </th>
      </tr>
    </thead>
  );
}

interface ListProps<K extends string> {
  readonly title: string;
  /** The table's name for who cannot see it. */
  readonly table: string;
  readonly columns: EntryColumns<K>;
  /** What stands beside the title. */
  readonly aside?: ReactNode;
  /** What is said while there is no entry. */
  readonly empty: string;
  readonly removed: RemovedNoteProps;
  /** An {@link EntryRow} for each entry. */
  readonly children: readonly JSX.Element[];
}

/**
 * Kept things of which one is chosen: a table, or cards where it would be too narrow. The one that was
 * deleted last can be restored.
 */
export function EntryList<K extends string>(props: ListProps<K>): JSX.Element {
  const { title, table, columns, aside, empty, removed, children } = props;
  return (
    <section aria-label={title} className={styles.list}>
      <div className={styles.head}>
        <h2>{title}</h2>
        {aside}
      </div>
      {children.length > 0 ? (
        <div className={styles.box}>
          <table role="table" aria-label={table} className={styles.table}>
            <Header columns={columns} />
            <tbody role="rowgroup">{children}</tbody>
          </table>
        </div>
      ) : (
        <p className={styles.empty}>{empty}</p>
      )}
      <RemovedNote {...removed} />
    </section>
  );
}
