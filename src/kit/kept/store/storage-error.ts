/** Why the browser's storage refused: it is full, or it failed otherwise. */
export type StorageErrorCode = 'storage-full' | 'storage';

/** How much the browser lets this site store, in bytes; null where it does not say. */
export interface StorageRoom {
  readonly usage: number | null;
  readonly quota: number | null;
  /** True when the browser promised not to clear it by itself. */
  readonly persisted: boolean;
}

/**
 * A failure of the browser's storage. `message` is a sentence for the reader with the way out. What
 * was stored before is still there.
 */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Bytes as a sentence has them: two digits and more, decimal units as browsers and disks use. */
function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB'];
  const power = Math.max(0, Math.min(3, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]!}`;
}

/** How much is free. Chromium may claim 10 GB more than is used, whatever the disk has. */
function formatFree(needed: number, { usage, quota }: StorageRoom): string {
  if (usage === null || quota === null) return 'this browser does not say how much is free';
  const free = Math.max(0, quota - usage);
  if (free < needed) return `${formatBytes(free)} of ${formatBytes(quota)} are free`;
  return `the browser took no more, though it says that ${formatBytes(free)} are free`;
}

/** The sentence for a storage that is too full for `needed` bytes. */
export function storageFull(needed: number, room: StorageRoom): StorageError {
  return new StorageError(
    'storage-full',
    `The browser's storage is full: this needs ${formatBytes(needed)}, and ${formatFree(needed, room)}. ` +
      'What was kept before is still there. Delete runs or data sets (or free space on the disk), then ' +
      'try again.',
  );
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** What to throw for an error of IndexedDB; `cause` is why its transaction ended, if it did. */
export function storageFailure(
  error: unknown,
  cause: unknown,
  full: { readonly needed: number; readonly room: StorageRoom },
): StorageError {
  if (error instanceof StorageError) return error;
  if ([error, cause].some((one) => nameOf(one) === 'QuotaExceededError')) {
    return storageFull(full.needed, full.room);
  }
  // A request of a transaction that ended says only "aborted"; the transaction says why.
  const telling = nameOf(error) === 'AbortError' && cause instanceof Error ? cause : error;
  const reason = telling instanceof Error ? telling.message || telling.name : String(telling);
  return new StorageError(
    'storage',
    `The browser's storage failed (${reason}). What was kept before is still there; try again, ` +
      'and if it stays, export your runs and reload the page.',
  );
}
