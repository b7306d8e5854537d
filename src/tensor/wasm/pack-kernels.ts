import {
  advance,
  clearBytes,
  f32,
  f32x4,
  i32,
  repeat,
  set,
  wasmFunction,
  when,
} from './assembler.ts';
import type { Code, WasmFunction } from './assembler.ts';
import { TILE_COLUMNS } from './tile.ts';

/**
 * `packPixels{vectors}`: of every pixel of `rows` rows its first 4·vectors channels, one pixel right
 * behind the other, so that a tile reads whole cache lines.
 */
function packPixels(vectors: number): WasmFunction {
  const parameters = {
    to: 'i32',
    from: 'i32',
    rows: 'i32',
    width: 'i32',
    toRowBytes: 'i32',
    fromRowBytes: 'i32',
    pixelBytes: 'i32',
  } as const;
  return wasmFunction(`packPixels${String(vectors)}`, parameters, (p, locals) => {
    const { row, pixel, into, out } = locals.integers('row', 'pixel', 'into', 'out');
    const copies = Array.from({ length: vectors }, (_, vector) =>
      f32x4.store(into, f32x4.load(out, 16 * vector), 16 * vector),
    );
    return repeat(row, { from: 0, to: p.rows, step: 1 }, [
      set(into, p.to),
      set(out, p.from),
      repeat(pixel, { from: 0, to: p.width, step: 1 }, [
        copies,
        advance(into, 16 * vectors),
        advance(out, p.pixelBytes),
      ]),
      advance(p.to, p.toRowBytes),
      advance(p.from, p.fromRowBytes),
    ]);
  });
}

/**
 * `packPanel`: to[sum][column] = from[sum · sumBytes + column · columnBytes] for eight columns, of
 * which those from `columns` on become zero.
 */
function packPanel(): WasmFunction {
  const parameters = {
    to: 'i32',
    from: 'i32',
    sums: 'i32',
    sumBytes: 'i32',
    columnBytes: 'i32',
    columns: 'i32',
  } as const;
  return wasmFunction('packPanel', parameters, (p, locals) => {
    const { sum, column, at } = locals.integers('sum', 'column', 'at');
    const starts = locals.many('i32', TILE_COLUMNS);
    const overSums = (body: Code): Code =>
      repeat(sum, { from: 0, to: p.sums, step: 1 }, [
        body,
        advance(p.to, 4 * TILE_COLUMNS),
        advance(p.from, p.sumBytes),
      ]);
    const adjacent = [0, 16].map((half) => f32x4.store(p.to, f32x4.load(p.from, half), half));
    const strided = starts.map((start, index) =>
      f32.store(p.to, f32.load(i32.add(p.from, start)), 4 * index),
    );
    const part = [
      [0, 16].map((half) => f32x4.store(p.to, f32x4.zero, half)),
      set(at, p.from),
      repeat(column, { from: 0, to: i32.shl(p.columns, 2), step: 4 }, [
        f32.store(i32.add(p.to, column), f32.load(at)),
        advance(at, p.columnBytes),
      ]),
    ];
    const whole = [
      starts.map((start, index) => set(start, i32.mul(p.columnBytes, index))),
      when(i32.equal(p.columnBytes, 4), overSums(adjacent), overSums(strided)),
    ];
    return when(i32.equal(p.columns, TILE_COLUMNS), whole, overSums(part));
  });
}

/** `swapAxes`: to[column][row] = from[row][column]. */
function swapAxes(): WasmFunction {
  const parameters = { to: 'i32', from: 'i32', rows: 'i32', columns: 'i32' } as const;
  return wasmFunction('swapAxes', parameters, (p, locals) => {
    const { column, row, out, stride } = locals.integers('column', 'row', 'out', 'stride');
    return [
      set(stride, i32.shl(p.columns, 2)),
      repeat(column, { from: 0, to: p.columns, step: 1 }, [
        set(out, i32.add(p.from, i32.shl(column, 2))),
        repeat(row, { from: 0, to: p.rows, step: 1 }, [
          f32.store(p.to, f32.load(out)),
          advance(p.to, 4),
          advance(out, stride),
        ]),
      ]),
    ];
  });
}

/** `clear`: zeros. */
function clear(): WasmFunction {
  return wasmFunction('clear', { at: 'i32', bytes: 'i32' }, (p) => clearBytes(p.at, p.bytes));
}

/**
 * `repeatTable`: every `step` bytes of a table from `done` on become the number `done` bytes before,
 * plus `add`, up to `all` bytes.
 */
function repeatTable(): WasmFunction {
  const parameters = { table: 'i32', done: 'i32', all: 'i32', step: 'i32', add: 'i32' } as const;
  return wasmFunction('repeatTable', parameters, (p, locals) => {
    const { at, into } = locals.integers('at', 'into');
    return [
      set(into, i32.add(p.table, p.done)),
      repeat(at, { from: p.done, to: p.all, step: p.step }, [
        i32.store(into, i32.add(i32.load(i32.sub(into, p.done)), p.add)),
        advance(into, p.step),
      ]),
    ];
  });
}

/** Kernels that bring numbers into the order in which the tiles read them. */
export function packKernels(): WasmFunction[] {
  return [packPixels(1), packPixels(2), packPanel(), swapAxes(), clear(), repeatTable()];
}
