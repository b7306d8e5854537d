import { describe, expect, it } from 'vitest';
import { FrameQueue } from './frame-queue.ts';

/** Frames that come when the test says so. */
function frames(): { turns: FrameQueue; next: () => void; asked: () => number } {
  const due: (() => void)[] = [];
  const turns = new FrameQueue((act) => due.push(act));
  return { turns, next: () => due.shift()?.(), asked: () => due.length };
}

describe('turns', () => {
  it('are one a frame, first come first served', () => {
    const { turns, next } = frames();
    const log: string[] = [];
    for (const name of ['a', 'b', 'c']) turns.ask(() => log.push(name));
    expect(log).toEqual([]);
    next();
    expect(log).toEqual(['a']);
    next();
    next();
    expect(log).toEqual(['a', 'b', 'c']);
  });

  it('starve nobody: who asks again each frame waits behind those who wait already', () => {
    const { turns, next } = frames();
    const log: string[] = [];
    const [a, b] = [() => log.push('a'), () => log.push('b')];
    for (let frame = 0; frame < 4; frame++) {
      turns.ask(a);
      turns.ask(b);
      next();
    }
    expect(log).toEqual(['a', 'b', 'a', 'b']);
  });

  it('go by place among those who ask between the same two turns', () => {
    const { turns, next } = frames();
    const log: string[] = [];
    turns.ask(() => log.push('second'), 2);
    turns.ask(() => log.push('first'), 1);
    next();
    turns.ask(() => log.push('late'), 0);
    next();
    next();
    expect(log).toEqual(['first', 'second', 'late']);
  });

  it('ask for no frame when nobody waits', () => {
    const { turns, next, asked } = frames();
    turns.ask(() => undefined);
    expect(asked()).toBe(1);
    next();
    expect(asked()).toBe(0);
  });

  it('can be let go', () => {
    const { turns, next, asked } = frames();
    const log: string[] = [];
    const gone = (): number => log.push('gone');
    turns.ask(gone);
    turns.ask(() => log.push('here'));
    turns.drop(gone);
    next();
    expect([log, asked()]).toEqual([['here'], 0]);
  });

  it('go on after one that throws', () => {
    const { turns, next } = frames();
    const log: string[] = [];
    turns.ask(() => {
      throw new Error('first');
    });
    turns.ask(() => log.push('second'));
    expect(next).toThrow('first');
    next();
    expect(log).toEqual(['second']);
  });
});
