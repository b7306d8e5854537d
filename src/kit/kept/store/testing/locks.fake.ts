import { vi } from 'vitest';

/** Locks like a browser's with `ifAvailable`: all tabs of a test are one process. */
export function stubLocks(): void {
  const held = new Set<string>();
  const request = async (
    name: string,
    _options: LockOptions,
    work: (lock: { name: string } | null) => Promise<void>,
  ): Promise<void> => {
    await Promise.resolve();
    if (held.has(name)) return work(null);
    held.add(name);
    try {
      await work({ name });
    } finally {
      held.delete(name);
    }
  };
  vi.stubGlobal('navigator', { locks: { request } });
}
