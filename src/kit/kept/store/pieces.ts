import { sha256Of } from './hash.ts';
import type { Parts } from './rows.ts';

/** Bytes in a piece: browsers reject values over about 100 MB, and copy a value as a whole. */
export const PIECE_BYTES = 8 * 1024 * 1024;

/** Description of bytes stored in pieces. */
export interface StoredBytes {
  /** First part of the pieces' keys; the second is the index from 0. */
  readonly owner: string;
  readonly length: number;
  /** SHA-256 of all bytes. */
  readonly sha256: string;
}

/**
 * Returns the description of `bytes`, without their owner. Call it before a transaction: browsers
 * end one that waits for anything but its own requests.
 */
export async function noteOn(bytes: Uint8Array): Promise<Omit<StoredBytes, 'owner'>> {
  return { length: bytes.length, sha256: await sha256Of(bytes) };
}

/** Writes bytes one piece after another, so that only one piece at a time is copied. */
export async function writePieces(
  parts: Pick<Parts<Uint8Array>, 'put'>,
  { owner }: StoredBytes,
  bytes: Uint8Array,
): Promise<void> {
  for (let at = 0, index = 0; at < bytes.length; at += PIECE_BYTES, index++) {
    // A copy, since storing a view would store its whole buffer.
    await parts.put(bytes.slice(at, at + PIECE_BYTES), [owner, index]);
  }
}

/**
 * Reads the described bytes.
 *
 * @param read runs a transaction on the parts
 * @returns null for bytes that are missing, unreadable or changed
 */
export async function readPieces(
  read: <T>(work: (parts: Pick<Parts<Uint8Array>, 'get'>) => Promise<T>) => Promise<T>,
  note: StoredBytes,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const bytes = await read((parts) => joined(parts, note)).catch(() => null);
  return bytes !== null && (await sha256Of(bytes)) === note.sha256 ? bytes : null;
}

/** The described bytes, unchecked; null when some are missing. */
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
  // An array sorts after every number, so this range spans all indices.
  return IDBKeyRange.bound([owner], [owner, []]);
}
