import { afterEach, describe, expect, it, vi } from 'vitest';
import { askToPersist } from './ask-to-persist.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

function browser(persisted: boolean, answer: () => Promise<boolean>): { asked: () => number } {
  const persist = vi.fn(answer);
  vi.stubGlobal('navigator', {
    storage: { persisted: () => Promise.resolve(persisted), persist },
  });
  return { asked: () => persist.mock.calls.length };
}

describe('ST7 asking for persistent storage', () => {
  it('asks once, and not when storage is already persistent', async () => {
    expect(browser(true, () => Promise.resolve(false)).asked()).toBe(0);
    expect(await askToPersist()).toBe(true);
    const { asked } = browser(false, () => Promise.resolve(true));
    expect([await askToPersist(), asked()]).toEqual([true, 1]);
  });

  it('returns false without an error when the user or the browser refuses', async () => {
    browser(false, () => Promise.resolve(false));
    expect(await askToPersist()).toBe(false);
    browser(false, () => Promise.reject(new TypeError('no')));
    expect(await askToPersist()).toBe(false);
    vi.stubGlobal('navigator', {});
    expect(await askToPersist()).toBe(false);
  });
});
