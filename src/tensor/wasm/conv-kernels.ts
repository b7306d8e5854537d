import {
  advance,
  f32,
  f32x4,
  i32,
  repeat,
  set,
  unrolled,
  wasmFunction,
  when,
} from './assembler.ts';
import type { Code, Local, WasmFunction } from './assembler.ts';
import { packKernels } from './pack-kernels.ts';
import {
  addOuterProduct,
  clearTile,
  makeTile,
  storeRow,
  TILE_COLUMNS,
  TILE_ROWS,
  TILE_STEPS,
} from './tile.ts';
import type { MultiplyAdd } from './tile.ts';

/** Bytes of one step's columns in a panel. */
const STEP_BYTES = 4 * TILE_COLUMNS;
const VECTOR_BYTES = 16;

/** Where `convRows` and `convDots` read and write: the first arguments of both, in this order. */
const PASS = {
  inputs: 'i32',
  inputOffset: 'i32',
  outputs: 'i32',
  outputOffset: 'i32',
  pixels: 'i32',
  runs: 'i32',
  runCount: 'i32',
  sums: 'i32',
  panel: 'i32',
  accumulate: 'i32',
} as const;

/** A pixel's entry in a table of addresses, `row` pixels after the first of a tile. */
const entryOf = (table: Local, pixel: Local, row: number): Code =>
  i32.load(i32.add(table, i32.shl(pixel, 2)), 4 * row);

/**
 * `convRows{rows}`: out[p][o] = Σ_run Σ_c x[p, run, c] · panel[run][c][o] for 8 output channels.
 *
 * `inputs` and `outputs` are tables of byte addresses, one per output pixel (their number a
 * multiple of `rows`); `runs` a table of byte offsets, from each of which `sums` numbers are read.
 * No border is ever tested: tables make any stride, dilation, phase and padding the same loop.
 */
function convRows(rows: number, add: MultiplyAdd): WasmFunction {
  const parameters = { ...PASS, columns: 'i32', scratch: 'i32' } as const;
  return wasmFunction(`convRows${String(rows)}`, parameters, (p, locals) => {
    const tile = makeTile(locals, rows, add);
    const starts = locals.many('i32', rows);
    const at = locals.many('i32', rows);
    const { pixel, run, left, weights, from, address, k } = locals.integers(
      'pixel',
      'run',
      'left',
      'weights',
      'from',
      'address',
      'k',
    );
    const step = (n: number): Code =>
      addOuterProduct(tile, {
        columns: { address: from, offset: STEP_BYTES * n },
        factor: (row) => ({ address: at[row]!, offset: 4 * n }),
      });
    const next = [
      advance(from, STEP_BYTES * TILE_STEPS),
      at.map((one) => advance(one, 4 * TILE_STEPS)),
    ];
    return repeat(pixel, { from: 0, to: p.pixels, step: rows }, [
      starts.map((one, row) => set(one, i32.add(entryOf(p.inputs, pixel, row), p.inputOffset))),
      clearTile(tile),
      set(weights, p.panel),
      repeat(run, { from: 0, to: i32.shl(p.runCount, 2), step: 4 }, [
        at.map((one, row) => set(one, i32.add(starts[row]!, i32.load(i32.add(p.runs, run))))),
        set(left, p.sums),
        set(from, weights),
        unrolled(left, TILE_STEPS, { step, next }),
        advance(weights, i32.mul(p.sums, STEP_BYTES)),
      ]),
      tile.sums.map((pair, row): Code => [
        set(address, i32.add(entryOf(p.outputs, pixel, row), p.outputOffset)),
        storeRow(pair, { address, count: p.columns, scratch: p.scratch, at: k }, p.accumulate),
      ]),
    ]);
  });
}

/**
 * `convDots{rows}`: as `convRows`, for one output channel: a panel is a single column, whose sums
 * (a multiple of four) are added four side by side. Seven of eight columns of a tile would be
 * empty where an image's one channel is written, as in an attack's slopes.
 */
function convDots(rows: number, add: MultiplyAdd): WasmFunction {
  return wasmFunction(`convDots${String(rows)}`, PASS, (p, locals) => {
    // Two sums for each row: a sum waits for the one before.
    const sums = Array.from({ length: rows }, () => locals.many('v128', 2));
    const factor = locals.add('v128');
    const starts = locals.many('i32', rows);
    const at = locals.many('i32', rows);
    const { pixel, run, left, weights, from, address } = locals.integers(
      'pixel',
      'run',
      'left',
      'weights',
      'from',
      'address',
    );
    const step = (n: number): Code => [
      set(factor, f32x4.load(from, VECTOR_BYTES * n)),
      sums.map((pair, row) => {
        const sum = pair[n % 2]!;
        return set(sum, add(f32x4.load(at[row]!, VECTOR_BYTES * n), factor, sum));
      }),
    ];
    const next = [from, ...at].map((one) => advance(one, VECTOR_BYTES * TILE_STEPS));
    const total = ([a, b]: readonly Local[]): Code => [
      set(a!, f32x4.add(a!, b!)),
      set(a!, f32x4.add(a!, f32x4.reorder(a!, [2, 3, 0, 1]))),
      set(a!, f32x4.add(a!, f32x4.reorder(a!, [1, 0, 3, 2]))),
    ];
    return repeat(pixel, { from: 0, to: p.pixels, step: rows }, [
      starts.map((one, row) => set(one, i32.add(entryOf(p.inputs, pixel, row), p.inputOffset))),
      sums.flat().map((sum) => set(sum, f32x4.zero)),
      set(weights, p.panel),
      repeat(run, { from: 0, to: i32.shl(p.runCount, 2), step: 4 }, [
        at.map((one, row) => set(one, i32.add(starts[row]!, i32.load(i32.add(p.runs, run))))),
        set(left, i32.shr(p.sums, 2)),
        set(from, weights),
        unrolled(left, TILE_STEPS, { step, next }),
        advance(weights, i32.shl(p.sums, 2)),
      ]),
      sums.map((pair, row): Code => [
        total(pair),
        set(address, i32.add(entryOf(p.outputs, pixel, row), p.outputOffset)),
        when(p.accumulate, set(pair[0]!, f32x4.add(pair[0]!, f32x4.loadSplat(address)))),
        f32.store(address, f32x4.first(pair[0]!)),
      ]),
    ]);
  });
}

/**
 * `filterRows{rows}`: out[c][o] = Σ_p x[p, c] · dy[p][o] for `rows` numbers of x at a time and all
 * output channels, eight at a time. `pairs` is a table of an address of x and an offset in dy for
 * every pixel; eight output channels lie `tileBytes` bytes behind the eight before.
 */
function filterRows(rows: number, add: MultiplyAdd): WasmFunction {
  const parameters = {
    pairs: 'i32',
    inputOffset: 'i32',
    pixels: 'i32',
    dy: 'i32',
    tileBytes: 'i32',
    out: 'i32',
    outStride: 'i32',
    columns: 'i32',
    scratch: 'i32',
    accumulate: 'i32',
  } as const;
  return wasmFunction(`filterRows${String(rows)}`, parameters, (p, locals) => {
    const tile = makeTile(locals, rows, add);
    const { entry, column, left, count, from, x, y, address, k } = locals.integers(
      'entry',
      'column',
      'left',
      'count',
      'from',
      'x',
      'y',
      'address',
      'k',
    );
    const step = (n: number): Code => [
      set(x, i32.add(i32.load(entry, 8 * n), p.inputOffset)),
      set(y, i32.add(i32.load(entry, 8 * n + 4), from)),
      addOuterProduct(tile, {
        columns: { address: y, offset: 0 },
        factor: (row) => ({ address: x, offset: 4 * row }),
      }),
    ];
    return [
      set(from, p.dy),
      repeat(column, { from: 0, to: p.columns, step: TILE_COLUMNS }, [
        clearTile(tile),
        set(entry, p.pairs),
        set(left, p.pixels),
        unrolled(left, TILE_STEPS, { step, next: advance(entry, 8 * TILE_STEPS) }),
        set(count, i32.sub(p.columns, column)),
        when(i32.lessThan(TILE_COLUMNS, count), set(count, TILE_COLUMNS)),
        set(address, i32.add(p.out, i32.shl(column, 2))),
        tile.sums.map((pair): Code => [
          storeRow(pair, { address, count, scratch: p.scratch, at: k }, p.accumulate),
          advance(address, p.outStride),
        ]),
        advance(from, p.tileBytes),
      ]),
    ];
  });
}

const plainAdd: MultiplyAdd = (a, b, sum) => f32x4.add(f32x4.mul(a, b), sum);

/** The convolution kernels for 1 … 4 rows. @param fused Whether relaxed SIMD may be used. */
export function convKernels(fused: boolean): WasmFunction[] {
  const add = fused ? f32x4.relaxedMultiplyAdd : plainAdd;
  const rows = Array.from({ length: TILE_ROWS }, (_, index) => index + 1);
  return [
    ...rows.flatMap((count) => [
      convRows(count, add),
      convDots(count, add),
      filterRows(count, add),
    ]),
    ...packKernels(),
  ];
}
