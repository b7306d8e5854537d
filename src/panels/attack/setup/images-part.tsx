import type { JSX } from 'react';
import { useStore } from 'zustand';
import { IMAGE_FIELDS, type AttackPlan } from '../../../model/attack/plan.ts';
import type { StoredSet } from '../../../model/data/jobs.ts';
import { attackStore } from '../../../state/attack/store.ts';
import { dataStore } from '../../../state/data/store.ts';
import { FieldTable } from '../../../ui/field-table.tsx';
import { formatCount } from '../../../ui/format.ts';
import { Select } from '../../../ui/select.tsx';
import styles from '../attack.module.css';
import { TEXT } from '../messages.ts';
import { useAttack } from '../use-attack.ts';
import { formatSource } from '../labels.ts';
import { change } from './form.ts';
import { Part } from './part.tsx';

const MESSAGES = TEXT.setup.images;

type Images = AttackPlan['images'];

interface OwnProps {
  readonly images: Images;
  readonly stored: readonly StoredSet[];
  readonly error: string | undefined;
}

function OwnChoice({ images, stored, error }: OwnProps): JSX.Element {
  const sets = stored.filter(({ own }) => own);
  if (sets.length === 0) return <p className={styles.error}>{MESSAGES.noOwn}</p>;
  const here = sets.some(({ name }) => name === images.own);
  const shown = images.own === '' ? MESSAGES.noneChosen : images.own;
  const options = sets.map(({ name }) => ({ value: name, label: name }));
  return (
    <Select
      label={MESSAGES.own}
      value={images.own}
      options={here ? options : [{ value: images.own, label: shown, disabled: true }, ...options]}
      error={error}
      onChange={(own) => change({ images: { ...images, own } })}
    />
  );
}

/** Availability of the selected set in the browser, or how to get it. */
function Kept({ images, stored }: Omit<OwnProps, 'error'>): JSX.Element | null {
  const { source, own } = images;
  if (source === 'shapes') return <p className={styles.small}>{MESSAGES.generated}</p>;
  if (source === 'own' && own === '') return null;
  const set = stored.find(({ name }) => name === (source === 'own' ? own : source));
  if (set === undefined)
    return (
      <p className={styles.error}>
        {source === 'own' ? MESSAGES.gone(own) : MESSAGES.missing(formatSource(images))}{' '}
        <a href="#/train">{MESSAGES.toTrain}</a>
      </p>
    );
  const { test, train } = set;
  return (
    <p className={styles.small}>
      {test === 0
        ? MESSAGES.keptOwn(formatCount(train))
        : MESSAGES.kept(formatCount(test), formatCount(train))}
    </p>
  );
}

const { seed: SEED, ...PLACE } = IMAGE_FIELDS;

/** The field for the seed of generated images, and of the split of own ones. */
export function ImageSeed({ explained }: { readonly explained: boolean }): JSX.Element {
  const images = useAttack(({ draft }) => draft.images);
  const fieldErrors = useAttack((state) => state.fieldErrors);
  return (
    <FieldTable
      path="images"
      fields={{ seed: SEED }}
      values={images}
      fieldErrors={fieldErrors}
      setFieldError={attackStore.getState().setFieldError}
      explained={explained}
      formatSource={TEXT.setup.source}
      onChange={(next) => change({ images: next })}
    />
  );
}

/** Which images the net is attacked on. */
export function ImagesPart({ explained }: { readonly explained: boolean }): JSX.Element {
  const images = useAttack(({ draft }) => draft.images);
  const fieldErrors = useAttack((state) => state.fieldErrors);
  const stored = useStore(dataStore, ({ listing }) => listing?.stored);
  const take = (next: Images): void =>
    change({ images: { ...next, own: next.source === 'own' ? next.own : '' } });
  return (
    <Part title={MESSAGES.title}>
      <FieldTable
        path="images"
        fields={PLACE}
        values={images}
        fieldErrors={fieldErrors}
        setFieldError={attackStore.getState().setFieldError}
        explained={explained}
        formatSource={TEXT.setup.source}
        onChange={take}
      />
      {stored !== undefined && (
        <div className={styles.wide}>
          {images.source === 'own' && (
            <OwnChoice
              images={images}
              stored={stored}
              error={images.own === '' ? MESSAGES.choose : fieldErrors['images.own']}
            />
          )}
          <Kept images={images} stored={stored} />
        </div>
      )}
    </Part>
  );
}
