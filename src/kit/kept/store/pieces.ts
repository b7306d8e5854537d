import { sha256Of } from './hash.ts';
import type { Parts } from './rows.ts';

/** Bytes in a piece: browsers reject values over some 100 MB, and a value is copied whole on its way. */
export const PIECE_BYTES = 8 * 1024 * 1024;

/** What is noted of bytes that are stored in pieces. */
export interface StoredBytes {
  /** First part of the pieces' keys; the second counts them from 0. */
  readonly owner: string;
  readonly length: number;
  /** SHA-256 of all bytes. */
  readonly sha256: string;
}

/**
 * Returns the note on `bytes`, but for their owner. To be made before a transaction: the browser ends one
 * that waits for anything but its own requests.
 */
export async function noteOn(bytes: Uint8Array): Promise<Omit<StoredBytes, 'owner'>> {
  return { length: bytes.length, sha256: await sha256Of(bytes) };
}

/** Writes bytes one piece after the other, so that one piece at a time is copied. */
export async function writePieces(
  parts: Pick<Parts<Uint8Array>, 'put'>,
  { owner }: StoredBytes,
  bytes: Uint8Array,
): Promise<void> {
  for (let at = 0, index = 0; at < bytes.length; at += PIECE_BYTES, index++) {
    // A copy: of a view, the whole buffer behind it would be stored.
    await parts.put(bytes.slice(at, at + PIECE_BYTES), [owner, index]);
  }
}

/**
 * Reads the bytes that a note is about.
 *
 * @param read runs a transaction on the parts
 * @returns null for bytes that are missing, unreadable or not those that were noted
 */
export async function readPieces(
  read: <T>(work: (parts: Pick<Parts<Uint8Array>, 'get'>) => Promise<T>) => Promise<T>,
  note: StoredBytes,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const bytes = await read((parts) => joined(parts, note)).catch(() => null);
  return bytes !== null && (await sha256Of(bytes)) === note.sha256 ? bytes : null;
}

/** The bytes of a note, unchecked; null when some are missing. */
async function joined(
  parts: Pick<Parts<Uint8Array>, 'get'>,
  { owner, length }: StoredBytes,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const bytes = new Uint8Array(length);
  for (let at = 0, index = 0; at < length; at += PIECE_BYTES, index++) {
    const piece = await parts.get([owner, index]);
    if (piece?.length !== Math.min(PIECE_BYTES, length - at)) return null;
    bytes.set(piece, at);
  }
  return bytes;
}

/** Returns the keys of all pieces of an owner. */
export function keysOfPieces({ owner }: Pick<StoredBytes, 'owner'>): IDBKeyRange {
  // An array sorts after every number, so this spans all indices.
  return IDBKeyRange.bound([owner], [owner, []]);
}
