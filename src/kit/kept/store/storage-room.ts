import { storageFull, type StorageRoom } from './storage-error.ts';

/** Only pages from https or this machine have it. */
function storageManager(): Pick<StorageManager, 'estimate' | 'persisted'> | undefined {
  const { navigator } = globalThis as { navigator?: { readonly storage?: StorageManager } };
  return navigator?.storage;
}

/** How much of the browser's storage this site uses and may use. Never throws. */
export async function storageRoom(): Promise<StorageRoom> {
  const manager = storageManager();
  if (manager === undefined) return { usage: null, quota: null, persisted: false };
  const unknown: StorageEstimate = {};
  const [{ usage = null, quota = null }, persisted] = await Promise.all([
    manager.estimate().catch(() => unknown),
    manager.persisted().catch(() => false),
  ]);
  return { usage, quota, persisted };
}

/**
 * Refuses what the browser says it has no room for, before time is spent on it.
 * @throws StorageError `storage-full`
 */
export async function checkRoom(needed: number): Promise<void> {
  const room = await storageRoom();
  if (room.usage === null || room.quota === null) return;
  if (room.quota - room.usage < needed) throw storageFull(needed, room);
}
