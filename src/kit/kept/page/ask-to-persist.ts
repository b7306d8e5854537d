/**
 * Requests persistent storage, which the browser does not clear when the disk gets full. Only pages
 * can (workers cannot); some browsers ask the user, so call it on a click such as "play".
 *
 * @returns whether storage is persistent. False where browsers do not support it (plain http).
 */
export async function askToPersist(): Promise<boolean> {
  const { navigator } = globalThis as {
    navigator?: { readonly storage?: Partial<StorageManager> };
  };
  const storage = navigator?.storage;
  if (storage?.persist === undefined) return false;
  try {
    return (await storage.persisted?.()) === true || (await storage.persist());
  } catch {
    return false;
  }
}
