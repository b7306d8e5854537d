import { storageFull, type StorageRoom } from './storage-error.ts';

/** Available on https and localhost only. */
function storageManager(): Pick<StorageManager, 'estimate' | 'persisted'> | undefined {
  const { navigator } = globalThis as { navigator?: { readonly storage?: StorageManager } };
  return navigator?.storage;
}

/** Used storage and quota of this site. Never throws. */
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

/** Checks in advance that the browser reports enough space. @throws StorageError `storage-full` */
export async function checkRoom(needed: number): Promise<void> {
  const room = await storageRoom();
  if (room.usage === null || room.quota === null) return;
  if (room.quota - room.usage < needed) throw storageFull(needed, room);
}
