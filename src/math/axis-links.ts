import type { AxisGeometry } from './geometry.ts';
import type { Ranges } from './raster-segments.ts';
import type { SetFamily } from './tap-sets.ts';

/** Half-open intervals of output and input positions on one axis. */
export interface AxisBox {
  readonly o0: number;
  readonly o1: number;
  readonly x0: number;
  readonly x1: number;
}

const NO_TURN: readonly number[] = [0];

/** Shifts by which a position may wrap around: none with zeros, one turn either way when circular. */
function turns(axis: AxisGeometry): readonly number[] {
  return axis.boundary === 'circular' ? [-axis.input, 0, axis.input] : NO_TURN;
}

/**
 * Outputs of the box that tap k links to an input of the box, as [first, last] of each turn that has
 * any: x = s·o + d·k − p.
 */
function linkedOutputs(axis: AxisGeometry, k: number, box: AxisBox): [number, number, number][] {
  const shift = axis.padBegin - axis.dilation * k;
  const found: [number, number, number][] = [];
  for (const turn of turns(axis)) {
    const first = Math.max(box.o0, Math.ceil((box.x0 + turn + shift) / axis.stride));
    const last = Math.min(box.o1 - 1, Math.floor((box.x1 - 1 + turn + shift) / axis.stride));
    if (first <= last) found.push([first, last, turn]);
  }
  return found;
}

/** Whether tap k links any output of the box to any input of it; a frame asks this very often. */
function links(axis: AxisGeometry, k: number, box: AxisBox): boolean {
  const shift = axis.padBegin - axis.dilation * k;
  for (const turn of turns(axis)) {
    const first = Math.max(box.o0, Math.ceil((box.x0 + turn + shift) / axis.stride));
    const last = Math.min(box.o1 - 1, Math.floor((box.x1 - 1 + turn + shift) / axis.stride));
    if (first <= last) return true;
  }
  return false;
}

/** Taps that can link the box at all: [first, last]. Keeps large kernels from being searched whole. */
function tapWindow(axis: AxisGeometry, box: AxisBox): [number, number] {
  if (axis.boundary === 'circular') return [0, axis.kernel - 1];
  const least = box.x0 + axis.padBegin - axis.stride * (box.o1 - 1);
  const most = box.x1 - 1 + axis.padBegin - axis.stride * box.o0;
  return [
    Math.max(0, Math.ceil(least / axis.dilation)),
    Math.min(axis.kernel - 1, Math.floor(most / axis.dilation)),
  ];
}

/** Taps that link some output of the box to some input of it, ascending. */
export function tapsBetween(axis: AxisGeometry, box: AxisBox): number[] {
  const taps: number[] = [];
  const [first, last] = tapWindow(axis, box);
  for (let k = first; k <= last; k++) {
    if (links(axis, k, box)) taps.push(k);
  }
  return taps;
}

/** Which side of the links carries the tap sets, and the order in which sets win a pixel. */
export interface RankedSets {
  readonly side: 'inputs' | 'outputs';
  readonly of: Int32Array;
  /** Place of each set when the largest come first, the first in order among equals. */
  readonly rank: Int32Array;
}

/** Orders the sets of a family: largest first. */
export function rankSets(family: SetFamily, side: RankedSets['side']): RankedSets {
  const order = family.sets.map((_, index) => index);
  order.sort((a, b) => family.sets[b]!.length - family.sets[a]!.length || a - b);
  const rank = new Int32Array(order.length);
  order.forEach((set, place) => (rank[set] = place));
  return { side, of: family.of, rank };
}

/** Best set (by rank) among the positions of the box that some tap links, or −1. */
export function bestSetBetween(axis: AxisGeometry, sets: RankedSets, box: AxisBox): number {
  let best = -1;
  const [firstTap, lastTap] = tapWindow(axis, box);
  for (let k = firstTap; k <= lastTap; k++) {
    for (const [first, last, turn] of linkedOutputs(axis, k, box)) {
      for (let o = first; o <= last; o++) {
        const x = axis.stride * o + axis.dilation * k - axis.padBegin - turn;
        const set = sets.of[sets.side === 'inputs' ? x : o]!;
        if (best < 0 || sets.rank[set]! < sets.rank[best]!) best = set;
        if (sets.rank[best] === 0) return best;
      }
    }
  }
  return best;
}

/** Inputs that outputs o0 … o1 − 1 read, as ascending, disjoint intervals [from, to) inside the input. */
export function inputsOf(axis: AxisGeometry, o0: number, o1: number): [number, number][] {
  const from = axis.stride * o0 - axis.padBegin;
  const to = axis.stride * (o1 - 1) + axis.dilation * (axis.kernel - 1) - axis.padBegin + 1;
  if (axis.boundary === 'circular' && to - from >= axis.input) return [[0, axis.input]];
  return turns(axis)
    .map((turn): [number, number] => [Math.max(0, from - turn), Math.min(axis.input, to - turn)])
    .filter(([low, high]) => low < high)
    .sort((a, b) => a[0] - b[0]);
}

/** What a link of two ranges is, as a number: 0 when no tap links them. */
export type LinkKind = (box: AxisBox) => number;

/** Largest table that is kept; larger ones are computed afresh at each look. */
const MAX_TABLE = 2 ** 22;

/** Link of every (output range, input range) of a frame, found when first asked for. */
export interface LinkTable {
  readonly outputs: Ranges;
  readonly inputs: Ranges;
  readonly width: number;
  readonly known: Int32Array | null;
  readonly kindOf: LinkKind;
}

/** Prepares the table of one axis of a frame. */
export function linkTable(outputs: Ranges, inputs: Ranges, kindOf: LinkKind): LinkTable {
  const width = inputs.from.length;
  const size = outputs.from.length * width;
  const known = size <= MAX_TABLE ? new Int32Array(size).fill(-1) : null;
  return { outputs, inputs, width, known, kindOf };
}

/** The link of output range `o` and input range `x` of the frame. */
export function linkAt(table: LinkTable, o: number, x: number): number {
  if (table.known !== null) {
    const known = table.known[o * table.width + x]!;
    if (known >= 0) return known;
  }
  const kind = table.kindOf({
    o0: table.outputs.from[o]!,
    o1: table.outputs.to[o]!,
    x0: table.inputs.from[x]!,
    x1: table.inputs.to[x]!,
  });
  if (table.known !== null) table.known[o * table.width + x] = kind;
  return kind;
}

/** Lists of taps by number; number 0 is the empty list. The same list always has the same number. */
export class TapLists {
  readonly lists: Int32Array[] = [new Int32Array(0)];
  readonly #known = new Map<string, number>([['', 0]]);

  /** Number of a list. `step` multiplies the taps as they are stored. */
  of(taps: readonly number[], step: number): number {
    const key = taps.join();
    let name = this.#known.get(key);
    if (name === undefined) {
      name = this.lists.push(Int32Array.from(taps, (tap) => tap * step)) - 1;
      this.#known.set(key, name);
    }
    return name;
  }
}
