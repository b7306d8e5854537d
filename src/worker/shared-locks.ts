import type { Release } from '../kit/kept/store/locks.ts';
import { KeyedMutex } from '../kit/keyed-mutex.ts';

interface Held {
  readonly release: Release;
  users: number;
}

/** Locks that jobs of this worker hold together: the first one takes it, the last one gives it free. */
export class SharedLocks {
  readonly #held = new Map<string, Held>();
  readonly #mutex = new KeyedMutex();

  /** Joins those who hold the lock of this name, or takes it. @throws what `lock` throws */
  take(name: string, lock: () => Promise<Release>): Promise<Release> {
    return this.#mutex.run(name, async () => {
      const held = this.#held.get(name) ?? { release: await lock(), users: 0 };
      held.users += 1;
      this.#held.set(name, held);
      return () => this.#leave(name, held);
    });
  }

  #leave(name: string, held: Held): Promise<void> {
    return this.#mutex.run(name, async () => {
      held.users -= 1;
      if (held.users > 0) return;
      this.#held.delete(name);
      await held.release();
    });
  }
}
