import { describe, expect, it } from 'vitest';
import { FrameQueue } from './frame-queue.ts';

/** A queue whose frames the test triggers. */
function frames(): { queue: FrameQueue; next: () => void; scheduled: () => number } {
  const due: (() => void)[] = [];
  const queue = new FrameQueue((act) => due.push(act));
  return { queue, next: () => due.shift()?.(), scheduled: () => due.length };
}

describe('FrameQueue', () => {
  it('runs one task a frame, first come first served', () => {
    const { queue, next } = frames();
    const log: string[] = [];
    for (const name of ['a', 'b', 'c']) queue.enqueue(() => log.push(name));
    expect(log).toEqual([]);
    next();
    expect(log).toEqual(['a']);
    next();
    next();
    expect(log).toEqual(['a', 'b', 'c']);
  });

  it('starves no task: one that is enqueued every frame waits behind those that wait already', () => {
    const { queue, next } = frames();
    const log: string[] = [];
    const [a, b] = [() => log.push('a'), () => log.push('b')];
    for (let frame = 0; frame < 4; frame++) {
      queue.enqueue(a);
      queue.enqueue(b);
      next();
    }
    expect(log).toEqual(['a', 'b', 'a', 'b']);
  });

  it('orders tasks of the same moment by priority', () => {
    const { queue, next } = frames();
    const log: string[] = [];
    queue.enqueue(() => log.push('second'), 2);
    queue.enqueue(() => log.push('first'), 1);
    next();
    queue.enqueue(() => log.push('late'), 0);
    next();
    next();
    expect(log).toEqual(['first', 'second', 'late']);
  });

  it('schedules no frame when no task waits', () => {
    const { queue, next, scheduled } = frames();
    queue.enqueue(() => undefined);
    expect(scheduled()).toBe(1);
    next();
    expect(scheduled()).toBe(0);
  });

  it('does not run a cancelled task', () => {
    const { queue, next, scheduled } = frames();
    const log: string[] = [];
    const gone = (): number => log.push('gone');
    queue.enqueue(gone);
    queue.enqueue(() => log.push('here'));
    queue.cancel(gone);
    next();
    expect([log, scheduled()]).toEqual([['here'], 0]);
  });

  it('continues after a task that throws', () => {
    const { queue, next } = frames();
    const log: string[] = [];
    queue.enqueue(() => {
      throw new Error('first');
    });
    queue.enqueue(() => log.push('second'));
    expect(next).toThrow('first');
    next();
    expect(log).toEqual(['second']);
  });
});
