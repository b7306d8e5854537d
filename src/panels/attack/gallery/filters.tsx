import type { JSX } from 'react';
import { Button } from '../../../ui/button.tsx';
import { formatCount } from '../../../ui/format.ts';
import { Select } from '../../../ui/select.tsx';
import { attackName, className } from '../image/labels.ts';
import styles from './gallery.module.css';
import type { ItemContext } from './item.tsx';
import { GALLERY_TEXT as MESSAGES } from './messages.ts';
import { SORTS, type Counts, type Fate, type Filter, type Sort } from './rows.ts';

const FATES = ['fell', 'stood', 'wrong'] as const satisfies readonly Fate[];
const ANY = 'any';

interface Props {
  readonly filter: Filter;
  readonly counts: Counts;
  readonly context: ItemContext;
  readonly onChange: (filter: Filter) => void;
}

function FateButtons({ filter, counts, onChange }: Omit<Props, 'context'>): JSX.Element {
  const { fates } = counts;
  const all = fates.fell + fates.stood + fates.wrong;
  const choose = (fate: Fate | null) => onChange({ ...filter, fate, attack: null });
  return (
    <div role="group" aria-label={MESSAGES.fates} className={styles.fates}>
      <Button aria-pressed={filter.fate === null} onClick={() => choose(null)}>
        {MESSAGES.all(formatCount(all))}
      </Button>
      {FATES.map((fate) => (
        <Button key={fate} aria-pressed={filter.fate === fate} onClick={() => choose(fate)}>
          {MESSAGES.fate[fate](formatCount(fates[fate]))}
        </Button>
      ))}
    </div>
  );
}

const placeOf = (value: string): number | null => (value === ANY ? null : Number(value));

/** Filters and order of the gallery; each choice shows its number of images. */
export function Filters({ filter, counts, context, onChange }: Props): JSX.Element {
  const { attacks, classes } = context;
  const counted = (name: string, n: number): string => MESSAGES.counted(name, formatCount(n));
  return (
    <div className={styles.filters}>
      <FateButtons filter={filter} counts={counts} onChange={onChange} />
      {attacks.length > 1 && (
        <Select
          label={MESSAGES.by}
          value={String(filter.attack ?? ANY)}
          options={[
            { value: ANY, label: MESSAGES.anyAttack },
            ...attacks.map((entry, at) => ({
              value: String(at),
              label: counted(attackName(entry), counts.attacks.get(at) ?? 0),
            })),
          ]}
          onChange={(value) => {
            const attack = placeOf(value);
            onChange({ ...filter, attack, fate: attack === null ? filter.fate : 'fell' });
          }}
        />
      )}
      <Select
        label={MESSAGES.label}
        value={String(filter.label ?? ANY)}
        options={[
          { value: ANY, label: MESSAGES.anyLabel },
          ...[...counts.labels].map(([label, n]) => ({
            value: String(label),
            label: counted(className(classes, label), n),
          })),
        ]}
        onChange={(value) => onChange({ ...filter, label: placeOf(value) })}
      />
      <Select<Sort>
        label={MESSAGES.sort}
        value={filter.sort}
        options={SORTS.map((value) => ({ value, label: MESSAGES.sorts[value] }))}
        onChange={(sort) => onChange({ ...filter, sort })}
      />
    </div>
  );
}
