import {
  keysOfPieces,
  noteOn,
  readPieces,
  writePieces,
  type StoredBytes,
} from '../../kit/kept/store/pieces.ts';
import { KeptRows, type Parts, type RowKind, type WithParts } from '../../kit/kept/store/rows.ts';
import { EXPERIMENT } from '../../model/train/experiment.ts';
import type { RunSummary } from '../../model/train/run.ts';
import { connect, type LabSchema, type RunRow } from '../database.ts';

/** Stored checkpoints of a run: the newest and the previous one. */
const KEPT = 2;

/** Epochs of earlier versions have no such column. */
const NO_ROBUST = { robust: null };

const RUNS: RowKind<LabSchema, RunRow> = {
  table: 'runs',
  parts: 'checkpoints',
  noun: 'run',
  held:
    'is training in another tab, or has unsaved steps there. Pause it there (or close that tab), then ' +
    'try again.',
  idOf: ({ summary }) => summary.id,
  nameOf: ({ summary }) => summary.labels.name,
  createdAt: ({ summary }) => summary.created,
  partsOf: ({ checkpoints }) => checkpoints.map(keysOfPieces),
  current: (row) => {
    const { summary } = row;
    const last = summary.last === null ? null : { ...NO_ROBUST, ...summary.last };
    return {
      ...row,
      summary: { ...summary, experiment: EXPERIMENT.completed(summary.experiment), last },
    };
  },
};

/** A checkpoint whose hash was verified. */
export interface LoadedCheckpoint {
  readonly checkpoint: Uint8Array<ArrayBuffer>;
  /** True when the newest was damaged, so that this is the previous one. */
  readonly fellBack: boolean;
}

/** The runs of this browser and their checkpoints; see {@link KeptRows}. */
export class RunStore extends KeptRows<LabSchema, RunRow, Uint8Array> {
  constructor(connection = connect()) {
    super(connection, RUNS);
  }

  /** Stores a new run and its first checkpoint. @returns the checkpoint's serial */
  async add(summary: RunSummary, checkpoint: Uint8Array): Promise<number> {
    const whole = await noteOn(checkpoint);
    const row = withCheckpoint({ summary, deleted: false, checkpoints: [], serial: 0 }, whole);
    await this.create(row, newest(checkpoint));
    return row.serial;
  }

  /**
   * Stores a new checkpoint besides the previous one, with its summary; the stored labels are
   * unchanged, since another tab may edit them at any time.
   *
   * @returns the checkpoint's serial
   * @throws StorageError also when the run is gone
   */
  async save(summary: RunSummary, checkpoint: Uint8Array): Promise<number> {
    const whole = await noteOn(checkpoint);
    const change = (row: RunRow): RunRow => {
      const { labels } = row.summary;
      return withCheckpoint({ ...row, summary: { ...summary, labels } }, whole);
    };
    return (await this.change(summary.id, change, newest(checkpoint))).serial;
  }

  /** Updates a run's summary; its checkpoints are unchanged. */
  async setSummary(id: string, change: (summary: RunSummary) => RunSummary): Promise<void> {
    await this.change(id, (row) => ({ ...row, summary: change(row.summary) }));
  }

  /**
   * The newest intact checkpoint; null when there is no such run, or none of its checkpoints is
   * intact. A damaged one is removed when an earlier one replaces it.
   */
  async load(id: string): Promise<LoadedCheckpoint | null> {
    const row = await this.find(id);
    const damaged: StoredBytes[] = [];
    for (const note of row?.checkpoints ?? []) {
      const checkpoint = await readPieces((work) => this.readParts(work), note);
      if (checkpoint === null) {
        damaged.push(note);
        continue;
      }
      // So that the next save drops the damaged checkpoint and not this one.
      if (damaged.length > 0) await this.#forget(id, damaged);
      return { checkpoint, fellBack: damaged.length > 0 };
    }
    return null;
  }

  async #forget(id: string, damaged: readonly StoredBytes[]): Promise<void> {
    const owners = damaged.map(({ owner }) => owner);
    const change = (row: RunRow): RunRow => ({
      ...row,
      checkpoints: row.checkpoints.filter(({ owner }) => !owners.includes(owner)),
    });
    await this.change(id, change, { write: dropOthers, needed: 0 });
  }
}

/** The row with one more checkpoint, without the oldest if there are too many. */
function withCheckpoint(row: RunRow, whole: Omit<StoredBytes, 'owner'>): RunRow {
  const serial = row.serial + 1;
  const note: StoredBytes = { owner: `${row.summary.id}/${serial}`, ...whole };
  return { ...row, checkpoints: [note, ...row.checkpoints].slice(0, KEPT), serial };
}

/** Writes the newest checkpoint of a row. */
function newest(checkpoint: Uint8Array): WithParts<RunRow, Uint8Array> {
  return {
    write: async (parts, row, before) => {
      await writePieces(parts, row.checkpoints[0]!, checkpoint);
      await dropOthers(parts, row, before);
    },
    needed: checkpoint.length,
  };
}

/** Removes the pieces of checkpoints that a row no longer has. */
async function dropOthers(
  parts: Parts<Uint8Array>,
  { checkpoints }: RunRow,
  before: RunRow | undefined,
): Promise<void> {
  const owners = checkpoints.map(({ owner }) => owner);
  const dropped = before?.checkpoints.filter(({ owner }) => !owners.includes(owner)) ?? [];
  for (const note of dropped) await parts.delete(keysOfPieces(note));
}
