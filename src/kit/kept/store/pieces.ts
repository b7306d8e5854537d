import { sha256Of } from './hash.ts';

/**
 * Bytes a record: browsers refuse single values over some 100 MB, and a value is copied whole on
 * its way.
 */
export const PIECE_BYTES = 8 * 1024 * 1024;

/** What is noted of bytes that are stored in pieces. */
export interface StoredBytes {
  /** First part of the pieces' keys; the second counts them from 0. */
  readonly owner: string;
  readonly length: number;
  /** SHA-256 of all bytes. */
  readonly sha256: string;
}

type PieceKey = [owner: string, index: number];

/** The part of an object store of a transaction that is used here. */
interface PieceReader {
  readonly get: (key: PieceKey) => Promise<Uint8Array | undefined>;
}

interface PieceWriter {
  readonly put: (piece: Uint8Array, key: PieceKey) => Promise<unknown>;
}

interface PieceRemover {
  readonly delete: (range: IDBKeyRange) => Promise<unknown>;
}

/**
 * The note on `bytes`, but for their owner. To be made before a transaction: one that waits for
 * anything else than its own requests is ended by the browser.
 */
export async function noteOn(bytes: Uint8Array): Promise<Omit<StoredBytes, 'owner'>> {
  return { length: bytes.length, sha256: await sha256Of(bytes) };
}

/** Writes bytes one piece after the other, so that one piece at a time is copied. */
export async function writePieces(
  store: PieceWriter,
  { owner }: StoredBytes,
  bytes: Uint8Array,
): Promise<void> {
  for (let at = 0, index = 0; at < bytes.length; at += PIECE_BYTES, index++) {
    // A copy: of a view, the whole buffer behind it would be stored.
    await store.put(bytes.slice(at, at + PIECE_BYTES), [owner, index]);
  }
}

/** The bytes that a note is about, unchecked (see {@link areWhole}); null when some are missing. */
export async function readPieces(
  store: PieceReader,
  { owner, length }: StoredBytes,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const bytes = new Uint8Array(length);
  for (let at = 0, index = 0; at < length; at += PIECE_BYTES, index++) {
    const piece = await store.get([owner, index]);
    if (piece?.length !== Math.min(PIECE_BYTES, length - at)) return null;
    bytes.set(piece, at);
  }
  return bytes;
}

/** Whether bytes that were read are those that the note was made of. */
export async function areWhole(bytes: Uint8Array, { sha256 }: StoredBytes): Promise<boolean> {
  return (await sha256Of(bytes)) === sha256;
}

/** Removes all pieces of an owner. */
export async function removePieces(store: PieceRemover, { owner }: StoredBytes): Promise<void> {
  // An array sorts after every number, so this spans all indices.
  await store.delete(IDBKeyRange.bound([owner], [owner, []]));
}
