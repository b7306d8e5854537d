import { Envelope } from '../../../charts/envelope.ts';
import type { LineMark } from '../../../charts/line-axes.tsx';
import type { LineSeries } from '../../../charts/line-chart.tsx';
import { categoricalColor, cssColor, type Theme } from '../../../math/palette.ts';
import type { AttackTrajectory, TrajectoryStep } from '../../../model/attack/jobs.ts';
import { kindOf, type AttackEntry } from '../../../model/attack/kinds.ts';
import { formatNumber } from '../../../ui/format.ts';
import { IMAGE_TEXT } from './messages.ts';
import { className } from './labels.ts';

const MESSAGES = IMAGE_TEXT.curve;

/** A trajectory as drawn by its curve: x is the index of a step in the whole trajectory, from 0. */
export interface PathDrawing {
  /** Loss if the attack has one, else the margin. */
  readonly kind: 'loss' | 'margin';
  readonly series: readonly LineSeries[];
  readonly marks: readonly LineMark[];
  readonly reading: (x: number) => string;
  readonly table: () => (string | number)[][];
  /** Meaning of dots and lines. */
  readonly about: string;
}

/**
 * Text for the part of the trajectory to which a step belongs: its target (the first is the
 * likeliest other class) and restart; empty for a trajectory of one part.
 */
export function partOf(entry: AttackEntry, restart: number): string {
  const starts = kindOf(entry).startsPerTarget(entry);
  const { target, restart: start, both } = IMAGE_TEXT;
  if (starts === 0) return 'restarts' in entry && entry.restarts > 1 ? start(restart + 1) : '';
  const to = target(Math.floor(restart / starts) + 1);
  return starts === 1 ? to : both(to, start((restart % starts) + 1));
}

/** A step as text: its number in its part of the trajectory. */
export function formatPlace(entry: AttackEntry, { restart, step }: TrajectoryStep): string {
  return IMAGE_TEXT.place(step, partOf(entry, restart));
}

/** Steps at which another target or restart begins, except the first. */
function partStarts(steps: readonly TrajectoryStep[]): number[] {
  return steps.flatMap(({ restart }, at) =>
    at > 0 && restart !== steps[at - 1]!.restart ? [at] : [],
  );
}

/** Minimum distance between two labelled marks, as a fraction of the whole. */
const APART = 1 / 40;

function marksOf({ attack, steps }: AttackTrajectory): LineMark[] {
  const wrong = steps.findIndex((step) => step.wrong);
  const marks = partStarts(steps).map((x) => ({ x, label: partOf(attack, steps[x]!.restart) }));
  const own = wrong < 0 ? [] : [{ x: wrong, label: MESSAGES.wrong }];
  let before = -Infinity;
  return [...own, ...marks.filter(({ x }) => Math.abs(x - wrong) > 0)].map((mark, at) => {
    const near = Math.min(mark.x - before, at === 0 ? Infinity : Math.abs(mark.x - wrong));
    const crowded = at > 0 && near < APART * steps.length;
    if (at > 0 && !crowded) before = mark.x;
    return crowded ? { ...mark, label: '' } : mark;
  });
}

function pointsOf(
  steps: readonly TrajectoryStep[],
  value: (step: TrajectoryStep) => number | null,
): Envelope {
  const envelope = new Envelope();
  steps.forEach((step, x) => envelope.add(x, value(step) ?? NaN));
  return envelope;
}

/** A curve that is interrupted between parts: nothing is drawn between two restarts. */
function curve(
  steps: readonly TrajectoryStep[],
  value: (step: TrajectoryStep) => number | null,
  look: Pick<LineSeries, 'id' | 'label' | 'color'> & Partial<LineSeries>,
): LineSeries[] {
  const starts = [0, ...partStarts(steps), steps.length];
  return starts.slice(0, -1).map((from, part): LineSeries => {
    const points = new Envelope();
    const to = starts[part + 1]!;
    for (let x = from; x < to; x++) points.add(x, value(steps[x]!) ?? NaN);
    const last = to === steps.length;
    return {
      ...look,
      id: `${look.id}-${part}`,
      label: last ? look.label : '',
      points,
      at: (x) => (x >= from && x < to ? (value(steps[x]!) ?? NaN) : NaN),
    };
  });
}

function seriesOf(
  { attack, steps }: AttackTrajectory,
  theme: Theme,
  hasLoss: boolean,
): LineSeries[] {
  const color = (at: number): string => cssColor(categoricalColor(at, theme));
  if (!hasLoss) {
    const look = { id: 'margin', label: MESSAGES.marginLabel, color: color(0) };
    return curve(steps, ({ margin }) => margin, look);
  }
  const loss = curve(steps, (step) => step.loss, {
    id: 'loss',
    label: MESSAGES.lossLabel,
    color: color(0),
  });
  const best = steps.some((step) => step.best !== null)
    ? curve(steps, (step) => step.best, {
        id: 'best',
        label: MESSAGES.bestLabel,
        color: color(4),
        look: 'dashed',
      })
    : [];
  const halved = pointsOf(steps, (step) => (step.halved ? step.loss : null));
  const back = attack.kind.startsWith('apgd') && steps.some((step) => step.halved);
  const dots: LineSeries[] = back
    ? [{ id: 'halved', label: '', color: color(4), points: halved, look: 'points' }]
    : [];
  return [...best, ...loss, ...dots];
}

/** Describes a step of the trajectory in a sentence. */
function readingOf(
  { attack, steps }: AttackTrajectory,
  classes: readonly string[],
): (x: number) => string {
  return (x) => {
    const step = steps[x];
    if (step === undefined) return MESSAGES.nothing;
    const place = formatPlace(attack, step);
    const { loss, best, size, halved, margin, prediction } = step;
    const sentences = [
      loss === null ? MESSAGES.marginAt(place, formatNumber(margin)) : '',
      loss === null ? '' : MESSAGES.lossAt(place, formatNumber(loss)),
      best === null ? '' : MESSAGES.bestAt(formatNumber(best)),
      size === null ? '' : MESSAGES.sizeAt(formatNumber(size)),
      halved ? MESSAGES.halvedAt : '',
      MESSAGES.takenFor(className(classes, prediction)),
    ];
    return sentences.join('');
  };
}

function tableOf({ steps }: AttackTrajectory): (string | number)[][] {
  const cell = (value: number | null): number | string => value ?? '';
  return [
    ['place', 'restart', 'step', 'loss', 'best loss', 'step size', 'halved', 'wrong'].concat([
      'prediction',
      'margin',
    ]),
    ...steps.map((step, place) => [
      place,
      step.restart,
      step.step,
      cell(step.loss),
      cell(step.best),
      cell(step.size),
      Number(step.halved),
      Number(step.wrong),
      step.prediction,
      step.margin,
    ]),
  ];
}

function aboutOf({ attack, steps }: AttackTrajectory, norm: string, hasLoss: boolean): string {
  const { about } = MESSAGES;
  if (!hasLoss) return about.margin;
  if (!attack.kind.startsWith('apgd')) return about.pgd;
  if (!steps.some(({ halved }) => halved)) return '';
  return norm === 'l1' ? about.l1 : about.apgd;
}

/** The curve of a trajectory. */
export function pathDrawing(
  path: AttackTrajectory,
  { theme, classes, norm }: { theme: Theme; classes: readonly string[]; norm: string },
): PathDrawing {
  const hasLoss = path.steps.some(({ loss }) => loss !== null);
  return {
    kind: hasLoss ? 'loss' : 'margin',
    series: seriesOf(path, theme, hasLoss),
    marks: marksOf(path),
    reading: readingOf(path, classes),
    table: () => tableOf(path),
    about: aboutOf(path, norm, hasLoss),
  };
}

/** Index in `kept` of the last kept step not after `step`. */
export function keptAt(kept: readonly number[], step: number): number {
  const after = kept.findIndex((one) => one > step);
  return after < 0 ? kept.length - 1 : Math.max(0, after - 1);
}
