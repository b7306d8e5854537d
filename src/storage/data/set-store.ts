import type { ImageSet } from '../../data/dataset.ts';
import type { StoredSet } from '../../model/data/jobs.ts';
import { connect, type Connection, type PartRow, type SetRow } from '../database.ts';
import {
  keysOfPieces,
  noteOn,
  readPieces,
  writePieces,
  type StoredBytes,
} from '../../kit/kept/store/pieces.ts';
import { StorageError } from '../../kit/kept/store/storage-error.ts';

/** A set of images to store, or as stored. */
export interface KeptSet {
  /** Its key; see {@link StoredSet}. */
  readonly name: string;
  readonly own: boolean;
  readonly train: ImageSet;
  /** Null when the set has no separate test part. Same sizes and classes as `train`. */
  readonly test: ImageSet | null;
  readonly notes: readonly string[];
}

/** The data sets stored in this browser, as bytes. Every change is one transaction. */
export interface SetStore {
  /** All sets, by name. @throws StorageError only, as all methods do */
  readonly list: () => Promise<readonly StoredSet[]>;
  /** Stores a set, replacing one of the same name. */
  readonly put: (set: KeptSet) => Promise<StoredSet>;
  /** Reads a set and checks its hashes; null when it is not stored. */
  readonly get: (name: string) => Promise<KeptSet | null>;
  readonly remove: (name: string) => Promise<void>;
}

/** The data sets of this browser; its database opens on first use. */
export function setStore(connection: Connection = connect()): SetStore {
  return {
    list: async () => {
      const rows = await connection.read(['sets'], (tx) => tx.objectStore('sets').getAll());
      return rows.map(({ stored }) => stored);
    },
    put: (set) => put(connection, set),
    get: (name) => get(connection, name),
    remove: (name) => remove(connection, name),
  };
}

/** Bytes to write, under a name unique among the set's arrays. */
interface Column {
  readonly label: string;
  readonly bytes: Uint8Array;
  readonly note: Omit<StoredBytes, 'owner'>;
}

async function columnOf(label: string, array: Uint8Array | Int32Array): Promise<Column> {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  return { label, bytes, note: await noteOn(bytes) };
}

function columnsOf({ train, test }: KeptSet): Promise<Column[]> {
  const parts = [['train', train] as const, ['test', test] as const];
  return Promise.all(
    parts.flatMap(([part, set]) =>
      set === null
        ? []
        : [columnOf(`${part}/images`, set.images), columnOf(`${part}/labels`, set.labels)],
    ),
  );
}

async function put(connection: Connection, set: KeptSet): Promise<StoredSet> {
  const columns = await columnsOf(set);
  const needed = columns.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const stored = storedOf(set, needed);
  await connection.write(
    ['sets', 'pictures'],
    async (tx) => {
      const [sets, pictures] = [tx.objectStore('sets'), tx.objectStore('pictures')];
      const old = await sets.get(set.name);
      const serial = (old?.serial ?? 0) + 1;
      const notes = new Map<string, StoredBytes>();
      for (const { label, bytes, note } of columns) {
        const owned = { ...note, owner: `${set.name}/${serial}/${label}` };
        notes.set(label, owned);
        await writePieces(pictures, owned, bytes);
      }
      for (const note of notesOf(old)) await pictures.delete(keysOfPieces(note));
      const train = partRow('train', set.train, notes);
      const test = set.test && partRow('test', set.test, notes);
      await sets.put({ stored, train, test, serial }, set.name);
    },
    needed,
  );
  return stored;
}

function partRow(part: string, { labels }: ImageSet, notes: Map<string, StoredBytes>): PartRow {
  const labelBytes = labels instanceof Uint8Array ? 1 : 4;
  return { images: notes.get(`${part}/images`)!, labels: notes.get(`${part}/labels`)!, labelBytes };
}

function storedOf({ name, own, train, test, notes }: KeptSet, bytes: number): StoredSet {
  const { height, width, channels, classes } = train;
  const counts = { train: train.labels.length, test: test?.labels.length ?? 0 };
  return { name, own, ...counts, height, width, channels, classes, bytes, notes };
}

function notesOf(row: SetRow | undefined): StoredBytes[] {
  const parts = row === undefined ? [] : [row.train, row.test];
  return parts.flatMap((part) => (part === null ? [] : [part.images, part.labels]));
}

async function get(connection: Connection, name: string): Promise<KeptSet | null> {
  const row = await connection.read(['sets'], (tx) => tx.objectStore('sets').get(name));
  if (row === undefined) return null;
  const { own, notes } = row.stored;
  const train = await partOf(connection, row, row.train);
  const test = row.test && (await partOf(connection, row, row.test));
  return { name, own, train, test, notes };
}

async function partOf(connection: Connection, row: SetRow, part: PartRow): Promise<ImageSet> {
  const { name, classes, height, width, channels } = row.stored;
  const images = await readWhole(connection, row, part.images);
  const bytes = await readWhole(connection, row, part.labels);
  const labels = part.labelBytes === 1 ? bytes : new Int32Array(bytes.buffer);
  return { name, images, labels, classes, height, width, channels };
}

async function readWhole(
  connection: Connection,
  { stored }: SetRow,
  note: StoredBytes,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readPieces(
    (work) => connection.read(['pictures'], (tx) => work(tx.objectStore('pictures'))),
    note,
  );
  if (bytes !== null) return bytes;
  throw new StorageError(
    'storage',
    `The stored copy of ${stored.name} is damaged: its bytes have changed. Remove ` +
      'the set and add it again.',
  );
}

function remove(connection: Connection, name: string): Promise<void> {
  return connection.write(['sets', 'pictures'], async (tx) => {
    const row = await tx.objectStore('sets').get(name);
    for (const note of notesOf(row)) await tx.objectStore('pictures').delete(keysOfPieces(note));
    await tx.objectStore('sets').delete(name);
  });
}
