import { describe, expect, it } from 'vitest';
import type { AttackTrajectory, TrajectoryStep } from '../../../model/attack/jobs.ts';
import { defaultAttack } from '../../../model/attack/lists.ts';
import { keptAt, partOf, pathDrawing } from './trajectory-drawing.ts';

function step(change: Partial<TrajectoryStep>): TrajectoryStep {
  return {
    restart: 0,
    step: 0,
    loss: -1,
    best: -1,
    size: 0.1,
    halved: false,
    wrong: false,
    prediction: 0,
    margin: 1,
    ...change,
  };
}

function trajectory(
  attack: AttackTrajectory['attack'],
  steps: readonly TrajectoryStep[],
): AttackTrajectory {
  const image = Float32Array.of(0);
  return { attack, shape: [1, 1, 1], clean: image, steps, kept: [], points: image };
}

const LOOK = { theme: 'light', classes: ['circle', 'square'], norm: 'linf' } as const;

/** Two targets of two steps each; the second breaks the image. */
const TARGETED = trajectory({ ...defaultAttack('apgd-t'), targets: 2 }, [
  step({ loss: -0.5, best: -0.5 }),
  step({ step: 1, loss: -0.7, best: -0.5, halved: true }),
  step({ restart: 1, loss: -0.4, best: -0.4 }),
  step({ restart: 1, step: 1, loss: 0.2, best: 0.2, wrong: true, prediction: 1, margin: -0.3 }),
]);

describe('Q4 the curve of a way', () => {
  it('draws each target and restart by itself, with the best loss, halvings and the end', () => {
    const { kind, series, marks } = pathDrawing(TARGETED, LOOK);
    expect(kind).toBe('loss');
    const drawn = series.map(({ id, look, points: { x, low, count } }) => [
      id,
      look ?? 'line',
      Array.from(x.subarray(0, count)),
      Array.from(low.subarray(0, count)),
    ]);
    expect(drawn).toEqual([
      ['best-0', 'dashed', [0, 1], [-0.5, -0.5]],
      ['best-1', 'dashed', [2, 3], [-0.4, 0.2]],
      ['loss-0', 'line', [0, 1], [-0.5, -0.7]],
      ['loss-1', 'line', [2, 3], [-0.4, 0.2]],
      ['halved', 'points', [1], [-0.7]],
    ]);
    expect(marks).toEqual([
      { x: 3, label: 'wrong from here' },
      { x: 2, label: 'target 2' },
    ]);
  });

  it('reads every step in words and as numbers', () => {
    const { reading, table } = pathDrawing(TARGETED, LOOK);
    expect(reading(1)).toBe(
      'step 1, target 1: loss −0.7000, best so far −0.5000, next step 0.1000, step halved here, ' +
        'classified as circle.',
    );
    expect(reading(9)).toBe('No step yet.');
    expect(table()[4]).toEqual([3, 1, 1, 0.2, 0.2, 0.1, 0, 1, 1, -0.3]);
    expect(table()[0]).toHaveLength(10);
  });

  it('draws the margin of an attack without a loss', () => {
    const none = { loss: null, best: null, size: null };
    const square = trajectory(defaultAttack('square'), [
      step(none),
      step({ ...none, step: 1, margin: 0.5 }),
    ]);
    const { kind, series, marks, reading } = pathDrawing(square, LOOK);
    expect(kind).toBe('margin');
    expect(series.map(({ id, at }) => [id, at?.(1)])).toEqual([['margin-0', 0.5]]);
    expect(marks).toEqual([]);
    expect(reading(1)).toBe('step 1: margin 0.5000, classified as circle.');
  });

  it('names the parts of a way by what the attack has of them', () => {
    const apgdT = { ...defaultAttack('apgd-t'), restarts: 2 };
    expect(partOf(apgdT, 3)).toBe('target 2, start 2');
    expect(partOf(defaultAttack('fab-t'), 8)).toBe('target 9');
    expect(partOf({ ...defaultAttack('apgd-ce'), restarts: 5 }, 3)).toBe('start 4');
    expect(partOf(defaultAttack('apgd-ce'), 0)).toBe('');
    expect(partOf(defaultAttack('fgsm'), 0)).toBe('');
    expect(partOf({ ...defaultAttack('pgd'), loss: 'ce-targeted', targets: 3 }, 2)).toBe(
      'target 3',
    );
  });

  it('Q5 shows of a thinned way the last kept image that is not after the step', () => {
    expect([0, 3, 4, 9, 12].map((at) => keptAt([0, 4, 8, 11], at))).toEqual([0, 0, 1, 2, 3]);
  });
});
