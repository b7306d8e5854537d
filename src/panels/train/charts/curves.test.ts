import { describe, expect, it } from 'vitest';
import type { LinePoints } from '../../../charts/envelope.ts';
import { RunLive } from '../../../state/train/live.ts';
import type { EpochRecord } from '../../../model/train/run.ts';
import {
  advanceCurves,
  axisEnd,
  curvesOf,
  robustPoints,
  rowAt,
  secondsLeft,
  speedOf,
} from './curves.ts';

/** Steps with these losses, 32 images each, norms after every second step. */
function take(live: RunLive, losses: readonly number[], milliseconds = 16): void {
  const from = live.place().steps;
  const floats = (value: number): Float64Array => new Float64Array(losses.length).fill(value);
  const rows = losses.map((_, k) => from + k + 1).filter((step) => step % 2 === 0);
  live.take({
    history: {
      steps: {
        from,
        loss: Float64Array.from(losses),
        correct: floats(8),
        count: floats(32),
        learningRate: floats(0.1),
        milliseconds: floats(milliseconds),
      },
      norms: {
        from: live.place().norms,
        step: Float64Array.from(rows),
        l1: Float64Array.from(rows.flatMap((step) => [step, 2 * step])),
        linf: Float64Array.from(rows.flatMap((step) => [3 * step, 4 * step])),
      },
      epochs: { from: live.place().epochs, rows: [] },
    },
  });
}

/** The curves with all that the history has. */
function all(live: RunLive): ReturnType<typeof curvesOf> {
  for (const part of ['steps', 'l1', 'linf'] as const) advanceCurves(live, part, Infinity);
  return curvesOf(live);
}

const points = ({ count, x, low, high }: LinePoints): number[][] =>
  [x, low, high].map((values) => [...values.subarray(0, count)]);

describe('curves of a run', () => {
  it.each([1, 7, 300])('P1 brought up in pieces of %i are those of one go', (most) => {
    const losses = Array.from({ length: 1500 }, (_, k) => Math.sin(k * k) + 2);
    const [whole, pieces] = [new RunLive(2), new RunLive(2)];
    take(whole, losses);
    const plain = all(whole);
    // History comes in while the pieces are taken, too.
    take(pieces, losses.slice(0, 1000));
    expect(advanceCurves(pieces, 'linf', most)).toBe(false);
    take(pieces, losses.slice(1000));
    for (const part of ['steps', 'l1', 'linf'] as const) {
      while (!advanceCurves(pieces, part, most));
    }
    const cut = curvesOf(pieces);
    expect(points(cut.loss)).toEqual(points(plain.loss));
    expect(points(cut.smoothLoss.points)).toEqual(points(plain.smoothLoss.points));
    expect(cut.smoothAccuracy.values.view()).toEqual(plain.smoothAccuracy.values.view());
    for (const kind of ['l1', 'linf'] as const) {
      expect(cut.norms(kind).map(points)).toEqual(plain.norms(kind).map(points));
    }
  });

  it('grow with the history and start again when some of it was thrown away', () => {
    const live = new RunLive(2);
    take(live, [4, 4, 4]);
    expect(all(live).loss.count).toBe(3);
    take(live, [4]);
    const curves = all(live);
    const { loss, smoothAccuracy } = curves;
    expect(loss.count).toBe(4);
    expect([...curves.norms('linf')[1]!.low.subarray(0, 2)]).toEqual([8, 16]);
    expect(smoothAccuracy.values.at(3)).toBeCloseTo(0.25, 12);
    live.cutTo(2);
    take(live, [2]);
    expect(all(live).loss.low.subarray(0, 3)).toEqual(Float64Array.of(4, 4, 2));
  });

  it('a smoothed curve of one value is that value from its first step on; what is not finite is left out', () => {
    const live = new RunLive(0);
    take(live, [3, NaN, 3]);
    const { smoothLoss, loss } = all(live);
    for (let k = 0; k < 3; k++) expect(smoothLoss.values.at(k)).toBeCloseTo(3, 12);
    expect(loss.count).toBe(2);
  });

  it('finds the norms that hold at a step', () => {
    const live = new RunLive(2);
    take(live, [1, 1, 1, 1, 1]);
    expect([0, 1, 2, 3, 4, 5, 99].map((step) => rowAt(live, step))).toEqual([
      -1, -1, 0, 0, 1, 1, 1,
    ]);
  });
});

describe('the step axis', () => {
  it('ends where the run does, halved while there is room', () => {
    expect(axisEnd(1256, 1256)).toBe(1256);
    expect(axisEnd(1256, 600)).toBe(1256);
    expect(axisEnd(1256, 500)).toBe(628);
    expect(axisEnd(1256, 0)).toBe(79);
    expect(axisEnd(7, 0)).toBe(7);
  });
});

describe('speed and time left', () => {
  it('leave out the first step, which compiles, and single steps that waited', () => {
    const live = new RunLive(0);
    take(live, [1], 5000);
    expect(speedOf(live)).toBeNaN();
    take(live, [1, 1, 1]);
    take(live, [1], 900);
    expect(speedOf(live)).toBe(2000);
    expect(secondsLeft(live, 100)).toBeCloseTo(1.6, 12);
  });

  it('goes by as many whole epochs as lie between two measurements of robust accuracy', () => {
    const live = new RunLive(0);
    take(live, new Array<number>(30).fill(1));
    const epoch = (number: number, seconds: number): EpochRecord => ({
      epoch: number,
      step: 10 * number,
      trainLoss: 1,
      trainCorrect: 1,
      trainCount: 2,
      testLoss: 1,
      testCorrect: 1,
      testCount: 2,
      seconds,
      robust: number % 2 === 0 ? { correct: 1, count: 4 } : null,
    });
    const columns = live.place();
    const empty = new Float64Array();
    live.take({
      history: {
        steps: {
          from: columns.steps,
          loss: empty,
          correct: empty,
          count: empty,
          learningRate: empty,
          milliseconds: empty,
        },
        norms: { from: columns.norms, step: empty, l1: empty, linf: empty },
        epochs: { from: 0, rows: [epoch(1, 10), epoch(2, 30), epoch(3, 10)] },
      },
    });
    expect(secondsLeft(live, 20)).toBe(20);
    expect(secondsLeft(live, 20, 2)).toBe(40);
    const { count, x, low } = robustPoints(live);
    expect([count, [...x], [...low]]).toEqual([1, [20], [0.25]]);
  });
});
