import type { SelectedImages } from '../../data/select.ts';
import { FileError } from '../../files/tensors.ts';
import { DATA_FIELDS } from '../../model/train/experiment-fields.ts';
import type { RunEnd, RunSummary, RunLabels } from '../../model/train/run.ts';
import { StorageError } from '../../kit/kept/store/storage-error.ts';
import type { Release } from '../../kit/kept/store/leases.ts';
import { checkRoom } from '../../kit/kept/store/storage-room.ts';
import type { RunRow } from '../../storage/database.ts';
import type { RunStore } from '../../storage/train/run-store.ts';
import {
  readCheckpoint,
  restoreRun,
  writeCheckpoint,
  type Checkpoint,
} from '../../train/checkpoint.ts';
import { summarize, type Run } from '../../train/run.ts';
import { KeyedMutex } from '../../kit/keyed-mutex.ts';

/** A run that this worker has in memory. */
export interface OpenRun {
  readonly id: string;
  readonly run: Run;
  readonly images: SelectedImages;
  labels: RunLabels;
  end: RunEnd | null;
  backend: string;
  readonly created: number;
  /** Serial of the checkpoint that it was read from or saved to last; 0 before the first. */
  serial: number;
}

/** Images of a document: generated, or read from the storage. */
export type LoadImages = (data: Run['experiment']['data']) => Promise<SelectedImages>;

/** A run is read in several tabs at once, and changed in one at a time. */
type Use = 'read' | 'change';

/** A run in memory with its users, and the lease held while it has unsaved steps. */
interface Held {
  readonly opened: OpenRun;
  readonly users: Record<Use, number>;
  unsaved: Release | null;
}

/** A run used by a job until it is released. */
export interface Taken {
  readonly opened: OpenRun;
  readonly giveBack: () => Promise<void>;
}

function gone(): StorageError {
  return new StorageError(
    'storage',
    'No whole checkpoint of this run is left in the browser’s storage; restart it from its ' +
      'settings.',
  );
}

/** The set has been replaced since the run was trained on it. */
function replaced({ experiment: { data } }: Checkpoint): FileError {
  const { source, own } = data;
  return new FileError(
    'does-not-fit',
    source === 'own' ? own : DATA_FIELDS.source.choices[source],
    'the run was trained on other images than this set holds now; add the set that it was ' +
      'trained on again, then try again.',
  );
}

function isSaved({ opened: { run } }: Held): boolean {
  return run.savedStep === run.step;
}

/** Whether this tab has the run's lease, so that no other has changed more than its labels. */
function isOurs({ users, unsaved }: Held): boolean {
  return users.change > 0 || unsaved !== null;
}

function resting(opened: OpenRun): Held {
  return { opened, users: { read: 0, change: 0 }, unsaved: null };
}

/** Whether the storage still holds the run that is in memory: no other tab has changed it. */
function isCurrent({ serial, run }: OpenRun, kept: RunRow | null): boolean {
  if (kept?.serial !== serial) return false;
  const [here, there] = [run.experiment.edits, kept.summary.experiment.edits];
  return JSON.stringify(here) === JSON.stringify(there);
}

/** Key of a set of images: runs with the same key share them. */
function imageKey(fingerprint: string, { source, own }: Run['experiment']['data']): string {
  return JSON.stringify([fingerprint, source, own]);
}

/**
 * The runs of the browser's storage, and those that this worker has in memory: the ones in use,
 * those with unsaved steps, and the last ones read and changed. Only a run that is being changed or
 * has unsaved steps is locked for other tabs.
 */
export class RunRegistry {
  readonly #held = new Map<string, Held>();
  readonly #mutex = new KeyedMutex();
  readonly #last: Record<Use, string> = { read: '', change: '' };
  /** Images that are being loaded. */
  readonly #loading = new Map<string, Promise<SelectedImages>>();

  constructor(
    private readonly runs: RunStore,
    private readonly loadImages: LoadImages,
  ) {}

  /** The run as a line of the list. */
  summary({ id, run, labels, end, backend, created }: OpenRun): RunSummary {
    return summarize(run, { id, labels, end, backend, created, changed: Date.now() });
  }

  /** Adds a new run, to be saved. @throws StorageError */
  add(
    id: string,
    run: Run,
    { labels, images }: Pick<OpenRun, 'labels' | 'images'>,
  ): Promise<Taken> {
    const shared = this.#inMemory(imageKey(images.fingerprint, run.experiment.data));
    const opened: OpenRun = {
      id,
      run,
      labels,
      images: shared ?? images,
      end: null,
      backend: '',
      created: Date.now(),
      serial: 0,
    };
    return this.#changed(
      id,
      () => this.runs.lease(id),
      () => Promise.resolve(resting(opened)),
    );
  }

  /**
   * Stores a checkpoint; a new run requires space for two. @throws StorageError; the previous one
   * remains
   */
  async save(opened: OpenRun, how: 'save' | 'add' = 'save'): Promise<void> {
    const bytes = writeCheckpoint(opened.run, opened.images.fingerprint);
    // A new checkpoint is written before an old one goes.
    if (how === 'add') await checkRoom(2 * bytes.length);
    opened.serial = await this.runs[how](this.summary(opened), bytes);
  }

  /** Reads the current state of a run: in memory, or from its last checkpoint. Needs no lease. */
  async read<T>(id: string, look: (opened: OpenRun) => T): Promise<T> {
    const { opened, giveBack } = await this.#mutex.run(id, async () => {
      const held = (await this.#current(id)) ?? (await this.#restore(id));
      return this.#use(held, 'read', null);
    });
    try {
      return look(opened);
    } finally {
      await giveBack();
    }
  }

  /**
   * Acquires a run to change it. @throws StorageError while another tab does so, and when it is
   * deleted
   */
  take(id: string): Promise<Taken> {
    return this.#changed(
      id,
      () => this.runs.take(id),
      async () => (await this.#current(id)) ?? (await this.#restore(id)),
    );
  }

  /** Acquires a run at its last checkpoint; later steps are lost. @throws StorageError */
  rewind(id: string): Promise<Taken> {
    return this.#changed(
      id,
      () => this.runs.lease(id),
      async () => {
        const held = await this.#restore(id, 'checkpoint');
        await this.#drop(id);
        return held;
      },
    );
  }

  /** Removes a new run that could not be stored from memory. */
  forget(id: string): void {
    this.#held.delete(id);
  }

  /** Marks a run as deleted and drops it from memory, saved or not. @throws StorageError */
  delete(id: string): Promise<void> {
    return this.#mutex.run(id, async () => {
      await this.runs.delete(id);
      await this.#drop(id);
    });
  }

  /** Changes a run's labels, in memory too. @throws StorageError */
  setLabels(id: string, labels: RunLabels): Promise<void> {
    return this.#mutex.run(id, async () => {
      await this.runs.setSummary(id, (kept) => ({ ...kept, labels }));
      const held = this.#held.get(id);
      if (held !== undefined) held.opened.labels = labels;
    });
  }

  /** Leases a run, then finds it in memory or in the storage. */
  #changed(id: string, lease: () => Promise<Release>, find: () => Promise<Held>): Promise<Taken> {
    return this.#mutex.run(id, async () => {
      const release = await lease();
      try {
        return this.#use(await find(), 'change', release);
      } catch (error) {
        await release();
        throw error;
      }
    });
  }

  /** Removes a run from memory; jobs that still use it free their own leases as they end. */
  async #drop(id: string): Promise<void> {
    const held = this.#held.get(id);
    if (held === undefined) return;
    this.#held.delete(id);
    await held.unsaved?.();
    held.unsaved = null;
  }

  /** The run in memory, when the storage has none that is newer. */
  async #current(id: string): Promise<Held | null> {
    const held = this.#held.get(id);
    if (held === undefined) return null;
    const { opened } = held;
    const row = this.runs.find(id);
    const kept = await (isOurs(held) ? row.catch(() => null) : row);
    if (!isOurs(held) && !isCurrent(opened, kept)) return null;
    opened.labels = kept?.summary.labels ?? opened.labels;
    return held;
  }

  async #restore(id: string, settings?: 'checkpoint'): Promise<Held> {
    const [kept, loaded] = [await this.runs.find(id), await this.runs.load(id)];
    if (kept === null || loaded === null) throw gone();
    const checkpoint = await readCheckpoint(loaded.checkpoint, `run ${id}`);
    const { labels, end, backend, created, experiment: listed } = kept.summary;
    // Numbers that were changed after the checkpoint are in the list's document only.
    const experiment = settings === 'checkpoint' ? checkpoint.experiment : listed;
    const images = await this.#trainedOn({ ...checkpoint, experiment });
    const run = restoreRun({ ...checkpoint, experiment }, images, images.fingerprint);
    const { serial } = kept;
    return resting({ id, run, images, labels, end, backend, created, serial });
  }

  #inMemory(key: string): SelectedImages | null {
    for (const { opened } of this.#held.values()) {
      const { images, run } = opened;
      if (imageKey(images.fingerprint, run.experiment.data) === key) return images;
    }
    return null;
  }

  /** @throws FileError when the set holds other images by now, or too few */
  async #trainedOn(checkpoint: Checkpoint): Promise<SelectedImages> {
    const images = await this.#imagesOf(checkpoint).catch((error: unknown) => {
      throw error instanceof RangeError ? replaced(checkpoint) : error;
    });
    if (images.fingerprint !== checkpoint.header.data) throw replaced(checkpoint);
    return images;
  }

  /** Runs on the same images share them. */
  async #imagesOf({ header, experiment: { data } }: Checkpoint): Promise<SelectedImages> {
    const key = imageKey(header.data, data);
    const found = this.#inMemory(key) ?? this.#loading.get(key);
    if (found !== undefined) return found;
    const loading = this.loadImages(data).finally(() => this.#loading.delete(key));
    this.#loading.set(key, loading);
    return loading;
  }

  #use(held: Held, use: Use, release: Release | null): Taken {
    const { opened, users } = held;
    this.#held.set(opened.id, held);
    users[use] += 1;
    this.#last[use] = opened.id;
    this.#evict();
    const giveBack = (): Promise<void> =>
      this.#mutex.run(opened.id, async () => {
        users[use] -= 1;
        if (release !== null) await this.#free(held, release);
        this.#evict();
      });
    return { opened, giveBack };
  }

  /** Releases the lease of a change; a run with unsaved steps keeps one. */
  async #free(held: Held, release: Release): Promise<void> {
    const before = held.unsaved;
    const keeps = !isSaved(held) && this.#held.get(held.opened.id) === held;
    held.unsaved = keeps ? release : null;
    await before?.();
    if (!keeps) await release();
  }

  /** Removes idle runs from memory, except the last ones read and changed. */
  #evict(): void {
    const { read, change } = this.#last;
    for (const [id, { users, unsaved }] of this.#held) {
      const rests = users.read + users.change === 0 && unsaved === null;
      if (rests && id !== read && id !== change) this.#held.delete(id);
    }
  }
}
