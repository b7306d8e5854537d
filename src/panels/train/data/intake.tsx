import { useState, type ComponentProps, type JSX } from 'react';
import type { OwnSize, StoredSet } from '../../../model/data/jobs.ts';
import { dataStore } from '../../../state/data/store.ts';
import { ChooseFiles } from '../../../ui/choose-files.tsx';
import { Select } from '../../../ui/select.tsx';
import styles from './data.module.css';
import { chosenFolder, droppedFiles } from './dropped-files.ts';
import { DATA_TEXT as MESSAGES } from './messages.ts';
import { chooseSet } from './use-data.ts';

const SIZES = {
  grey28: { side: 28, channels: 1 },
  color32: { side: 32, channels: 3 },
  color64: { side: 64, channels: 3 },
} as const satisfies Readonly<Record<string, OwnSize>>;

/** Sizes that own images can be brought to. */
export type SizeName = keyof typeof SIZES;

const SIZE_OPTIONS = (Object.keys(SIZES) as SizeName[]).map((value) => {
  return { value, label: MESSAGES.sizes[value] };
});

/** What came is what the new run learns from. */
async function takeWhenDone(coming: Promise<StoredSet | null>): Promise<void> {
  const set = await coming;
  if (set !== null) chooseSet(set);
}

interface DropArea extends Pick<ComponentProps<'div'>, 'onDrop' | 'onDragOver' | 'onDragLeave'> {
  readonly 'data-over': boolean;
}

/** Makes an area take what is dropped on it: official files, or a folder of class folders. */
export function useDropArea(size: SizeName): DropArea {
  const [over, setOver] = useState(false);
  const { addFiles, addFolder } = dataStore.getState();
  return {
    'data-over': over,
    onDrop: (event) => {
      event.preventDefault();
      setOver(false);
      void droppedFiles(event.dataTransfer).then((dropped) => {
        if (dropped.files.length === 0) return;
        void takeWhenDone(
          dropped.kind === 'files'
            ? addFiles(dropped.files)
            : addFolder(dropped.files, SIZES[size]),
        );
      });
    },
    onDragOver: (event) => {
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
  };
}

interface Props {
  readonly size: SizeName;
  readonly onSize: (size: SizeName) => void;
}

/** Where images come in: official files or a folder of class folders. */
export function Intake({ size, onSize }: Props): JSX.Element {
  const { addFiles, addFolder } = dataStore.getState();
  return (
    <div className={styles.drop}>
      <p className={styles.small}>{MESSAGES.drop}</p>
      <div className={styles.buttons}>
        <ChooseFiles
          choice="many"
          label={MESSAGES.files}
          onFiles={(files) => void takeWhenDone(addFiles(files))}
        />
        <ChooseFiles
          choice="folder"
          label={MESSAGES.folder}
          onFiles={(files) => void takeWhenDone(addFolder(chosenFolder(files), SIZES[size]))}
        />
      </div>
      <Select<SizeName>
        label={MESSAGES.size}
        value={size}
        options={SIZE_OPTIONS}
        onChange={onSize}
      />
    </div>
  );
}
