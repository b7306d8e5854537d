import { useEffect, useState, type JSX } from 'react';
import type { KnownSet } from '../../../model/data/jobs.ts';
import type { Experiment } from '../../../model/train/experiment.ts';
import { DATA_FIELDS } from '../../../model/train/experiment-fields.ts';
import { dataStore, missingFor, sampleKey, storedFor } from '../../../state/data/store.ts';
import { afterPaint } from '../../../ui/after-paint.ts';
import { Button } from '../../../ui/button.tsx';
import { formatCount } from '../../../ui/format.ts';
import { Select } from '../../../ui/select.tsx';
import { formatBytes } from '../labels.ts';
import { DataNews } from './data-work.tsx';
import styles from './data.module.css';
import { Intake, useDropArea, type SizeName } from './intake.tsx';
import { DATA_TEXT as MESSAGES } from './messages.ts';
import { StoredList } from './stored-list.tsx';
import { Strip } from './strip.tsx';
import { capacity, chooseSet, fetchAndChoose, useData } from './use-data.ts';
import { INTAKE } from './wanted.tsx';

interface Props {
  readonly data: Experiment['data'];
  readonly error: string | undefined;
}

/** A known set that is not here: what it would take, and the two ways to get it. */
function Missing({ known }: { readonly known: KnownSet }): JSX.Element {
  const busy = useData(({ work }) => work !== null);
  return (
    <div className={styles.missing}>
      <p>{MESSAGES.missing(known.name)}</p>
      <Button disabled={busy} onClick={() => void fetchAndChoose(known.id)}>
        {MESSAGES.fetch(known.name, formatBytes(known.download))}
      </Button>
      <p className={styles.small}>
        {known.about} {MESSAGES.stored(formatBytes(known.stored))} {MESSAGES.orDrop}{' '}
        <a href={known.page} target="_blank" rel="noreferrer">
          {MESSAGES.makers}
        </a>
        .
      </p>
    </div>
  );
}

function Own({ data, error }: Props): JSX.Element {
  const stored = useData(({ listing }) => listing?.stored);
  const own = stored?.filter((set) => set.own) ?? [];
  const here = own.some(({ name }) => name === data.own);
  const wrong = data.own === '' || here || stored === undefined ? error : MESSAGES.gone(data.own);
  if (own.length === 0) {
    return <p className={styles.missing}>{data.own === '' ? MESSAGES.noOwn : wrong}</p>;
  }
  const shown = here
    ? []
    : [{ value: data.own, label: data.own === '' ? MESSAGES.none : data.own }];
  return (
    <Select
      label={MESSAGES.own}
      value={data.own}
      options={[...shown, ...own.map(({ name }) => ({ value: name, label: name }))]}
      error={wrong}
      onChange={(name) => {
        const set = own.find((one) => one.name === name);
        if (set !== undefined) chooseSet(set);
      }}
    />
  );
}

/** Counts that the chosen set cannot give. */
function Few({ data }: Pick<Props, 'data'>): JSX.Element | null {
  const listing = useData((state) => state.listing);
  const set = storedFor(data, listing);
  if (data.source === 'shapes' || set === undefined) return null;
  const most = capacity(set);
  const short = (['train', 'test'] as const).filter((part) => data[part] > most[part]);
  return (
    <>
      {short.map((part) => (
        <p key={part} className={styles.error}>
          {MESSAGES.few(formatCount(most[part]), MESSAGES.parts[part])}
        </p>
      ))}
    </>
  );
}

/** Shows what will be learned, says what is not here yet, and brings images in and out. */
export function DataChooser({ data, error }: Props): JSX.Element {
  const [size, setSize] = useState<SizeName>('color32');
  const dropArea = useDropArea(size);
  const listing = useData((state) => state.listing);
  const sample = useData((state) => state.sample);
  useEffect(
    () =>
      afterPaint(() => {
        void dataStore.getState().list();
        return () => undefined;
      }),
    [],
  );
  // Looked at again when sets come and go.
  useEffect(() => {
    if (listing !== null) void dataStore.getState().look(data);
  }, [data, listing]);
  const stored = storedFor(data, listing);
  const missing = missingFor(data, listing);
  const fresh = sample?.key === sampleKey(data) ? sample.sample : null;
  const name = data.source === 'own' ? data.own : DATA_FIELDS.source.choices[data.source];
  return (
    <div className={styles.chooser} {...dropArea}>
      {data.source === 'own' && <Own data={data} error={error} />}
      {missing?.kind === 'known' && <Missing known={missing.known} />}
      <Few data={data} />
      {(stored !== undefined || data.source === 'shapes') && <Strip sample={fresh} name={name} />}
      <DataNews />
      <details id={INTAKE} className={styles.details}>
        <summary>{MESSAGES.manage}</summary>
        <div className={styles.managed}>
          <Intake size={size} onSize={setSize} />
          <StoredList inUse={data.source === 'own' ? data.own : data.source} />
        </div>
      </details>
    </div>
  );
}
