import { describe, expect, it } from 'vitest';
import { deltaSince, eventOf, type StepEvent } from './events.ts';
import { closeSteps, fromPromise, mapSteps, resultOf, runSteps } from './steps.ts';
import { mapStepsSync, resultOfSync } from './sync.ts';

/** Steps that count to 3 and record in `closed` that their `finally` block ran. */
async function* counting(closed: string[]): AsyncGenerator<number, string, undefined> {
  try {
    for (let n = 1; n <= 3; n++) {
      await Promise.resolve();
      yield n;
    }
    return 'done';
  } finally {
    await Promise.resolve();
    closed.push('closed');
  }
}

function* countingSync(closed: string[]): Generator<number, string, undefined> {
  try {
    for (let n = 1; n <= 3; n++) yield n;
    return 'done';
  } finally {
    closed.push('closed');
  }
}

async function collect<E, R>(steps: AsyncGenerator<E, R, undefined>) {
  const events: E[] = [];
  const result = await runSteps(steps, (event) => events.push(event));
  return { events, result };
}

describe('mapSteps', () => {
  it('maps each event, awaits promises and keeps the result', async () => {
    const closed: string[] = [];
    const mapped = mapSteps(counting(closed), (n) => Promise.resolve(n * 10));
    expect(await collect(mapped)).toEqual({ events: [10, 20, 30], result: 'done' });
    expect(closed).toEqual(['closed']);
  });

  it('closes the steps when it is left early, through several levels', async () => {
    const closed: string[] = [];
    const mapped = mapSteps(
      mapSteps(counting(closed), (n) => n),
      (n) => n,
    );
    for await (const n of mapped) if (n === 2) break;
    expect(closed).toEqual(['closed']);
  });

  it('closes the steps when the map throws or rejects', async () => {
    for (const map of [
      () => {
        throw new Error('in map');
      },
      () => Promise.reject(new Error('in map')),
    ]) {
      const closed: string[] = [];
      await expect(resultOf(mapSteps(counting(closed), map))).rejects.toThrow('in map');
      expect(closed).toEqual(['closed']);
    }
  });

  it('passes on an error thrown while closing', async () => {
    async function* failing(): AsyncGenerator<number, void, undefined> {
      try {
        for (;;) yield await Promise.resolve(1);
      } finally {
        // oxlint-disable-next-line no-unsafe-finally -- the error of a failed save
        throw new Error('while closing');
      }
    }
    const mapped = mapSteps(failing(), (n) => n);
    await mapped.next();
    await expect(mapped.return(undefined)).rejects.toThrow('while closing');
  });
});

describe('closeSteps', () => {
  it('waits for steps that continue after return(), and returns their result', async () => {
    let attempts = 0;
    /** As when a device is lost while the steps are closed: starts once more. */
    async function* restarting(): AsyncGenerator<number, string, undefined> {
      for (;;) {
        try {
          yield await Promise.resolve(++attempts);
        } finally {
          // oxlint-disable-next-line no-unsafe-finally -- starts again in place of the close
          if (attempts === 1) continue;
          // oxlint-disable-next-line no-unsafe-finally -- the result of the close
          return 'failed save';
        }
      }
    }
    const steps = restarting();
    await steps.next();
    expect(await closeSteps(steps)).toBe('failed save');
    expect(attempts).toBe(2);
  });

  it('returns undefined for steps that have ended or not started', async () => {
    const steps = counting([]);
    await resultOf(steps);
    expect(await closeSteps(steps)).toBeUndefined();
    expect(await closeSteps(counting([]))).toBeUndefined();
  });
});

describe('runSteps', () => {
  it('closes the steps and returns null when stopped', async () => {
    const closed: string[] = [];
    const seen: number[] = [];
    const stop = { aborted: false };
    const onEvent = (n: number): void => {
      seen.push(n);
      stop.aborted = n === 2;
    };
    expect(await runSteps(counting(closed), onEvent, stop)).toBeNull();
    expect([seen, closed]).toEqual([[1, 2], ['closed']]);
  });

  it('closes the steps when onEvent throws', async () => {
    const closed: string[] = [];
    const onEvent = (): void => {
      throw new Error('in onEvent');
    };
    await expect(runSteps(counting(closed), onEvent)).rejects.toThrow('in onEvent');
    expect(closed).toEqual(['closed']);
  });
});

describe('fromPromise', () => {
  it('has no events and the promise’s result', async () => {
    expect(await collect(fromPromise(() => Promise.resolve(7)))).toEqual({ events: [], result: 7 });
  });
});

describe('sync steps', () => {
  it('map each event and keep the result', () => {
    const mapped = mapStepsSync(countingSync([]), (n) => -n);
    expect([mapped.next().value, resultOfSync(mapped)]).toEqual([-1, 'done']);
  });

  it('are closed when left early or when the map throws', () => {
    const closed: string[] = [];
    for (const n of mapStepsSync(countingSync(closed), (one) => one)) if (n === 2) break;
    const failing = mapStepsSync(countingSync(closed), () => {
      throw new Error('in map');
    });
    expect(() => resultOfSync(failing)).toThrow('in map');
    expect(closed).toEqual(['closed', 'closed']);
  });
});

describe('events', () => {
  it('that are skipped are not made, and the next one includes their content', () => {
    const sums: number[] = [];
    const since = deltaSince(0, (sent, now: number) => now - sent);
    const events: StepEvent<number>[] = [1, 2, 5].map((total) => () => since(total));
    sums.push(eventOf(events[0]!), eventOf(events[2]!), since(5));
    expect(sums).toEqual([1, 4, 0]);
    expect(eventOf<number>(3)).toBe(3);
  });
});
