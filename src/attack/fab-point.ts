import { distanceOf } from './batch.ts';
import { planeProjection, type PlaneNorm, type PlaneProjection } from './fab-projection.ts';
import type { FabSettings } from './fab-types.ts';
import { lengthOf } from './threat-model.ts';

/** An image on its way towards one class. */
export interface Point {
  readonly clean: Float32Array;
  now: Float32Array;
  /** The nearest misclassified image so far, the step that gave it, and how far it is. */
  best: { readonly image: Float32Array; readonly step: number; readonly distance: number } | null;
}

/** Settings, and working memory shared by all images in turn. */
export interface FabSpace {
  readonly settings: FabSettings;
  readonly project: PlaneProjection;
  /** Displacements to the plane from where a point is, and from its clean image. */
  readonly moves: readonly [Float64Array, Float64Array];
}

/** @param numbers Numbers of one image. */
export function fabSpace(settings: FabSettings, numbers: number): FabSpace {
  const moves = [new Float64Array(numbers), new Float64Array(numbers)] as const;
  return { settings, project: planeProjection(settings.norm, numbers), moves };
}

/** The reference takes a displacement for at least this long, so that α is never 0 / 0. */
const SHORTEST_MOVE = 1e-8;

function moveLength(norm: PlaneNorm, move: Float64Array): number {
  return Math.max(lengthOf(norm, move), SHORTEST_MOVE);
}

/**
 * Moves a point beyond the plane where both classes are equal, to first order, and by a share α
 * beyond that plane's point next to the clean image.
 *
 * @param plane f = z_τ − z_y at the point, and w, the gradient of f by the image.
 */
export function moveToPlane(
  { project, moves, settings }: FabSpace,
  { clean, now }: Pick<Point, 'clean' | 'now'>,
  { f, w }: { readonly f: number; readonly w: Float32Array },
): Float32Array {
  let between = 0;
  for (let i = 0; i < w.length; i++) between += w[i]! * (clean[i]! - now[i]!);
  project({ point: now, normal: w, excess: f }, moves[0]);
  project({ point: clean, normal: w, excess: f + between }, moves[1]);
  const near = moveLength(settings.norm, moves[0]);
  const far = moveLength(settings.norm, moves[1]);
  const alpha = Math.min(near / (near + far), settings.alphaMax);
  const { eta } = settings;
  const [fromNow, fromClean] = moves;
  const reached = new Float32Array(now.length);
  for (let i = 0; i < reached.length; i++) {
    const moved = (now[i]! + eta * fromNow[i]!) * (1 - alpha);
    const sum = moved + (clean[i]! + eta * fromClean[i]!) * alpha;
    reached[i] = sum < 0 ? 0 : sum > 1 ? 1 : sum;
  }
  return reached;
}

/** Keeps a misclassified point if it is nearer than before, and steps back towards its image. */
export function keepAndStepBack({ norm, beta }: FabSettings, point: Point, step: number): void {
  const { now, clean } = point;
  const distance = distanceOf(norm, now, clean);
  if (distance < (point.best?.distance ?? Infinity)) point.best = { image: now, step, distance };
  point.now = new Float32Array(now.length);
  for (let i = 0; i < now.length; i++) point.now[i] = clean[i]! + beta * (now[i]! - clean[i]!);
}
