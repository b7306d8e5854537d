import { advance, f32, f32x4, i32, repeat, set, wasmFunction, when } from './assembler.ts';
import type { Code, Local, Locals, Value, WasmFunction } from './assembler.ts';

/** Output columns that one tile of either kernel computes: two vectors of four. */
export const TILE_COLUMNS = 8;
/** Rows of the largest tile: measured best of 3 … 6 in V8 on x64 (six spill, five waste rows). */
export const TILE_ROWS = 4;

/** How a product is added: fused where the machine has relaxed SIMD. */
type MultiplyAdd = (a: Value, b: Value, sum: Value) => Code;

interface Tile {
  readonly sums: readonly (readonly [Local, Local])[];
  readonly columns: readonly [Local, Local];
  readonly splat: Local;
  readonly add: MultiplyAdd;
}

function makeTile(locals: Locals, rows: number, add: MultiplyAdd): Tile {
  const pair = (): [Local, Local] => [locals.add('v128'), locals.add('v128')];
  const sums = Array.from({ length: rows }, pair);
  return { sums, columns: pair(), splat: locals.add('v128'), add };
}

function clearTile({ sums }: Tile): Code {
  return sums.flat().map((sum) => set(sum, f32x4.zero));
}

/** sums[r] += (number at addresses[r] + offset) · columns, for all rows. */
function addOuterProduct(
  tile: Tile,
  addresses: readonly Local[],
  offset: (row: number) => number,
): Code {
  return tile.sums.map((pair, row) => [
    set(tile.splat, f32x4.loadSplat(addresses[row % addresses.length]!, offset(row))),
    pair.map((sum, half) => set(sum, tile.add(tile.splat, tile.columns[half]!, sum))),
  ]);
}

/** The first `count` (1 … 8) numbers of a row of sums to an address, added to what is there or not. */
function storeRow(
  pair: readonly [Local, Local],
  to: { address: Local; count: Local; scratch: Local; at: Local; accumulate: boolean },
): Code {
  const { address, count, scratch, at, accumulate } = to;
  const whole = pair.map((sum, half) => {
    const old = f32x4.load(address, 16 * half);
    return f32x4.store(address, accumulate ? f32x4.add(sum, old) : sum, 16 * half);
  });
  const place = i32.add(address, at);
  const one = f32.load(i32.add(scratch, at));
  const part = [
    pair.map((sum, half) => f32x4.store(scratch, sum, 16 * half)),
    repeat(
      at,
      { from: 0, to: i32.shl(count, 2), step: 4 },
      f32.store(place, accumulate ? f32.add(one, f32.load(place)) : one),
    ),
  ];
  return when(i32.equal(count, TILE_COLUMNS), whole, part);
}

/**
 * `convRows{rows}`: out[p][o] = Σ_tap Σ_c x[p, tap, c] · panel[tap][c][o] for 8 output channels.
 *
 * `inputs` and `outputs` are tables of byte addresses, one per output pixel (their number a
 * multiple of `rows`); `taps` a table of byte offsets. The input is padded already, so no border
 * is ever tested; a table makes any stride, dilation and phase the same loop.
 */
function convRows(rows: number, add: MultiplyAdd): WasmFunction {
  const parameters = {
    inputs: 'i32',
    inputOffset: 'i32',
    outputs: 'i32',
    outputOffset: 'i32',
    pixels: 'i32',
    taps: 'i32',
    tapCount: 'i32',
    channels: 'i32',
    panel: 'i32',
    columns: 'i32',
    scratch: 'i32',
  } as const;
  return wasmFunction(`convRows${String(rows)}`, parameters, (p, locals) => {
    const tile = makeTile(locals, rows, add);
    const starts = locals.many('i32', rows);
    const at = locals.many('i32', rows);
    const { pixel, tap, channel, weights, address, k } = locals.integers(
      'pixel',
      'tap',
      'channel',
      'weights',
      'address',
      'k',
    );
    const step = (n: number): Code => [
      Array.from({ length: n }, (_, c): Code => [
        tile.columns.map((column, half) => set(column, f32x4.load(weights, 32 * c + 16 * half))),
        addOuterProduct(tile, at, () => 4 * c),
      ]),
      advance(weights, 32 * n),
      at.map((one) => advance(one, 4 * n)),
    ];
    const entry = (table: Local, row: number): Code =>
      i32.load(i32.add(table, i32.shl(pixel, 2)), 4 * row);
    return repeat(pixel, { from: 0, to: p.pixels, step: rows }, [
      starts.map((one, row) => set(one, i32.add(entry(p.inputs, row), p.inputOffset))),
      clearTile(tile),
      set(weights, p.panel),
      repeat(tap, { from: 0, to: i32.shl(p.tapCount, 2), step: 4 }, [
        at.map((one, row) => set(one, i32.add(starts[row]!, i32.load(i32.add(p.taps, tap))))),
        repeat(channel, { from: 3, to: p.channels, step: 4 }, step(4)),
        repeat(channel, { from: i32.and(p.channels, -4), to: p.channels, step: 1 }, step(1)),
      ]),
      tile.sums.map((pair, row): Code => [
        set(address, i32.add(entry(p.outputs, row), p.outputOffset)),
        storeRow(pair, { address, count: p.columns, scratch: p.scratch, at: k, accumulate: false }),
      ]),
    ]);
  });
}

/**
 * `filterRows{rows}`: out[c][o] += Σ_p x[p, c] · dy[p][o] for `rows` input channels of one tap and all
 * output channels, eight at a time; `dy` rows are `dyStride` bytes apart and padded to whole tiles.
 */
function filterRows(rows: number, add: MultiplyAdd): WasmFunction {
  const parameters = {
    inputs: 'i32',
    inputOffset: 'i32',
    pixels: 'i32',
    dy: 'i32',
    dyStride: 'i32',
    out: 'i32',
    outStride: 'i32',
    columns: 'i32',
    scratch: 'i32',
  } as const;
  return wasmFunction(`filterRows${String(rows)}`, parameters, (p, locals) => {
    const tile = makeTile(locals, rows, add);
    const { entry, last, column, left, from, x, address, k } = locals.integers(
      'entry',
      'last',
      'column',
      'left',
      'from',
      'x',
      'address',
      'k',
    );
    const pixel: Code = [
      set(x, i32.add(i32.load(entry), p.inputOffset)),
      tile.columns.map((one, half) => set(one, f32x4.load(from, 16 * half))),
      addOuterProduct(tile, [x], (row) => 4 * row),
      advance(from, p.dyStride),
    ];
    return [
      set(last, i32.add(p.inputs, i32.shl(p.pixels, 2))),
      repeat(column, { from: 0, to: p.columns, step: TILE_COLUMNS }, [
        clearTile(tile),
        set(from, i32.add(p.dy, i32.shl(column, 2))),
        repeat(entry, { from: p.inputs, to: last, step: 4 }, pixel),
        set(left, i32.sub(p.columns, column)),
        when(i32.lessThan(TILE_COLUMNS, left), set(left, TILE_COLUMNS)),
        set(address, i32.add(p.out, i32.shl(column, 2))),
        tile.sums.map((pair): Code => [
          storeRow(pair, { address, count: left, scratch: p.scratch, at: k, accumulate: true }),
          advance(address, p.outStride),
        ]),
      ]),
    ];
  });
}

const plainAdd: MultiplyAdd = (a, b, sum) => f32x4.add(f32x4.mul(a, b), sum);

/** The convolution kernels for 1 … 4 rows. @param fused Whether relaxed SIMD may be used. */
export function convKernels(fused: boolean): WasmFunction[] {
  const add = fused ? f32x4.relaxedMultiplyAdd : plainAdd;
  const rows = Array.from({ length: TILE_ROWS }, (_, index) => index + 1);
  return rows.flatMap((count) => [convRows(count, add), filterRows(count, add)]);
}
