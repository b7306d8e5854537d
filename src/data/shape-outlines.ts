/**
 * Signed distance of the point (x, y) to the edge of an outline inside a disc of radius 1, negative
 * inside; exact near straight edges, a bound near corners, which anti-aliasing does not notice.
 */
export type Outline = (x: number, y: number) => number;

/** A class of the set `shapes`: its name and its outline, which separates it from the others. */
export interface ShapeClass {
  readonly name: string;
  readonly outline: Outline;
}

/** A rectangle with half sides a and b around the origin. */
function box(x: number, y: number, a: number, b: number): number {
  return Math.max(Math.abs(x) - a, Math.abs(y) - b);
}

function disc(x: number, y: number): number {
  return Math.sqrt(x * x + y * y) - 0.74;
}

function ring(x: number, y: number): number {
  return Math.abs(Math.sqrt(x * x + y * y) - 0.66) - 0.2;
}

/** A disc with a second one, of the same size, bitten out of it. */
function crescent(x: number, y: number): number {
  const bite = x - 0.52;
  return Math.max(Math.sqrt(x * x + y * y) - 0.92, 0.78 - Math.sqrt(bite * bite + y * y));
}

const SIN_60 = Math.sqrt(3) / 2;

function triangle(x: number, y: number): number {
  return Math.max(y, Math.abs(x) * SIN_60 - y / 2) - 0.5;
}

function square(x: number, y: number): number {
  return box(x, y, 0.66, 0.66);
}

function cross(x: number, y: number): number {
  return Math.min(box(x, y, 0.24, 0.88), box(x, y, 0.88, 0.24));
}

const STAR_NORMALS = Float64Array.from({ length: 10 }, (_, k) => {
  const angle = (2 * Math.PI * (k >> 1)) / 5;
  return k % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
});
const STAR_INNER = Math.cos((2 * Math.PI) / 5);

/** A pentagram is where at most one of five half planes is left: the second largest distance. */
function star(x: number, y: number): number {
  let [largest, second] = [-Infinity, -Infinity];
  for (let k = 0; k < 10; k += 2) {
    const distance = x * STAR_NORMALS[k]! + y * STAR_NORMALS[k + 1]!;
    if (distance > largest) {
      second = largest;
      largest = distance;
    } else if (distance > second) second = distance;
  }
  return second - STAR_INNER;
}

function bars(x: number, y: number): number {
  return box(Math.abs(x) - 0.48, y, 0.24, 0.82);
}

function ell(x: number, y: number): number {
  return Math.min(box(x + 0.4, y, 0.25, 0.82), box(x, y - 0.57, 0.65, 0.25));
}

function tee(x: number, y: number): number {
  return Math.min(box(x, y + 0.54, 0.76, 0.25), box(x, y - 0.04, 0.25, 0.83));
}

/** The ten classes in the order of their labels. */
export const SHAPE_CLASSES: readonly ShapeClass[] = [
  { name: 'disc', outline: disc },
  { name: 'ring', outline: ring },
  { name: 'crescent', outline: crescent },
  { name: 'triangle', outline: triangle },
  { name: 'square', outline: square },
  { name: 'cross', outline: cross },
  { name: 'star', outline: star },
  { name: 'bars', outline: bars },
  { name: 'ell', outline: ell },
  { name: 'tee', outline: tee },
];
