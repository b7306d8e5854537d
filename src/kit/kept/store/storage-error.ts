/** How the browser's storage failed: it is full, or another failure. */
export type StorageErrorCode = 'storage-full' | 'storage';

/** Storage quota of this site, in bytes; null when the browser does not report it. */
export interface StorageRoom {
  readonly usage: number | null;
  readonly quota: number | null;
  /** Whether the storage is persistent. */
  readonly persisted: boolean;
}

/**
 * A failure of the browser's storage. `message` tells the user how to fix it. Data stored before
 * are intact.
 */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Formats bytes with at least two digits, in decimal units as browsers and disks do. */
function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB'];
  const power = Math.max(0, Math.min(3, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]!}`;
}

/** Formats the free space. Chromium may report 10 GB more than is used, whatever the disk has. */
function formatFree(needed: number, { usage, quota }: StorageRoom): string {
  if (usage === null || quota === null) return 'this browser does not report how much is free';
  const free = Math.max(0, quota - usage);
  if (free < needed) return `${formatBytes(free)} of ${formatBytes(quota)} are free`;
  return `the browser stored no more, although it reports ${formatBytes(free)} as free`;
}

/** Error message for a storage without space for `needed` bytes. */
export function storageFull(needed: number, room: StorageRoom): StorageError {
  return new StorageError(
    'storage-full',
    `The browser's storage is full: this needs ${formatBytes(needed)}, and ${formatFree(needed, room)}. ` +
      'Data saved before are intact. Delete runs or data sets (or free space on the disk), then ' +
      'try again.',
  );
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** Converts an error of IndexedDB; `cause` is why its transaction ended, if it did. */
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
    `The browser's storage failed (${reason}). Data saved before are intact; try again, ` +
      'and if it fails again, export your runs and reload the page.',
  );
}
