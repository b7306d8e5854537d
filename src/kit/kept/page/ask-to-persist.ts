/**
 * Asks the browser not to clear what the lab stores when the disk gets full. Only a page may ask
 * (a worker cannot); some browsers ask the person, so it belongs to a click such as "play".
 *
 * @returns whether it is promised. False where the browser has no such promise (plain http).
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
