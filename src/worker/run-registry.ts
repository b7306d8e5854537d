import type { SelectedPictures } from '../data/select.ts';
import type { RunEnd, RunSummary, RunWords } from '../spec/run.ts';
import { StorageError } from '../storage/storage-error.ts';
import { lockRun } from '../storage/run-lock.ts';
import { openRunStore, type RunStore } from '../storage/run-store.ts';
import {
  readCheckpoint,
  restoreRun,
  writeCheckpoint,
  type Checkpoint,
} from '../train/checkpoint.ts';
import { summarize, type Run } from '../train/run.ts';

/** A run that this worker holds: nobody else may change it meanwhile. */
export interface OpenRun {
  readonly id: string;
  readonly run: Run;
  readonly pictures: SelectedPictures;
  words: RunWords;
  end: RunEnd | null;
  backend: string;
  readonly created: number;
  readonly release: () => void;
}

/** Pictures of a document: generated, or read from the storage. */
export type LoadPictures = (data: Run['experiment']['data']) => Promise<SelectedPictures>;

function gone(): StorageError {
  return new StorageError(
    'storage',
    'No whole checkpoint of this run is left in the browser’s storage; start it anew from its ' +
      'settings.',
  );
}

/** The runs of the browser's storage, and those that this worker has open. */
export class RunRegistry {
  readonly #open = new Map<string, OpenRun>();
  #store: Promise<RunStore> | null = null;

  constructor(private readonly loadPictures: LoadPictures) {}

  store(): Promise<RunStore> {
    this.#store ??= openRunStore().catch((error: unknown) => {
      this.#store = null;
      throw error;
    });
    return this.#store;
  }

  /** The run as a line of the list. */
  summary({ id, run, words, end, backend, created }: OpenRun): RunSummary {
    return summarize(run, { id, words, end, backend, created, changed: Date.now() });
  }

  /** Takes a new run in. @throws StorageError when another tab has it */
  async add(id: string, run: Run, rest: Pick<OpenRun, 'words' | 'pictures'>): Promise<OpenRun> {
    const release = await lockRun(id);
    const opened: OpenRun = {
      ...{ id, run, ...rest, end: null, backend: '' },
      ...{ created: Date.now(), release },
    };
    this.#open.set(id, opened);
    return opened;
  }

  /** Keeps a checkpoint. @throws StorageError; the checkpoint before stands */
  async save(opened: OpenRun): Promise<void> {
    const bytes = writeCheckpoint(opened.run, opened.pictures.fingerprint);
    await (await this.store()).save(this.summary(opened), bytes);
  }

  /** The last whole checkpoint of a run. */
  async checkpoint(id: string): Promise<Checkpoint> {
    const loaded = await (await this.store()).load(id);
    if (loaded === null) throw gone();
    return readCheckpoint(loaded.checkpoint, `run ${id}`);
  }

  /** The run when this worker has it open. */
  peek(id: string): OpenRun | undefined {
    return this.#open.get(id);
  }

  /** The run, opened from its last checkpoint unless it is open already. */
  async open(id: string): Promise<OpenRun> {
    const there = this.#open.get(id);
    if (there !== undefined) return there;
    const release = await lockRun(id);
    try {
      const opened = await this.#restore(id, release);
      this.#open.set(id, opened);
      return opened;
    } catch (error) {
      release();
      throw error;
    }
  }

  async #restore(id: string, release: () => void): Promise<OpenRun> {
    const kept = (await (await this.store()).list()).find(({ summary }) => summary.id === id);
    if (kept === undefined) throw gone();
    const { words, end, backend, created, experiment } = kept.summary;
    // Numbers that were changed after the checkpoint are in the list's document only.
    const checkpoint = { ...(await this.checkpoint(id)), experiment };
    const pictures = await this.loadPictures(checkpoint.experiment.data);
    const run = restoreRun(checkpoint, pictures, pictures.fingerprint);
    return { id, run, pictures, words, end, backend, created, release };
  }

  /** Lets go of a run; what was not saved is lost. */
  close(id: string): void {
    this.#open.get(id)?.release();
    this.#open.delete(id);
  }
}
