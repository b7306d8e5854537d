import { advance, copyBytes, f32, f32x4, i32, repeat, set, wasmFunction } from './assembler.ts';
import type { Code, Local, Value, WasmFunction } from './assembler.ts';

/** Loads, stores and arithmetic, the same for four lanes and for one. */
interface Lanes {
  readonly bytes: number;
  readonly type: 'v128' | 'f32';
  load(address: Value): Code;
  store(address: Value, value: Value): Code;
  add(a: Value, b: Value): Code;
  sub(a: Value, b: Value): Code;
  mul(a: Value, b: Value): Code;
  zero: Code;
}

const four: Lanes = { ...f32x4, bytes: 16, type: 'v128' };
const one: Lanes = { ...f32, bytes: 4, type: 'f32', zero: f32.constant(0) };

/** Runs `body` for every four channels, then for each of those left over. `at` is a byte offset. */
function overChannels(channels: Local, at: Local, body: (lanes: Lanes) => Code): Code {
  const whole = i32.shl(i32.and(channels, -4), 2);
  const end = i32.shl(channels, 2);
  return [
    repeat(at, { from: 0, to: whole, step: 16 }, body(four)),
    repeat(at, { from: whole, to: end, step: 4 }, body(one)),
  ];
}

/** out[c] += Σ_p term(p, c), a table of `pixels` rows of `channels` numbers at each of two inputs. */
function sums(
  name: string,
  term: (lanes: Lanes, from: { a: Value; b: Value; mean: Value }) => Code,
): WasmFunction {
  const parameters = {
    a: 'i32',
    b: 'i32',
    mean: 'i32',
    out: 'i32',
    pixels: 'i32',
    channels: 'i32',
  } as const;
  return wasmFunction(name, parameters, (p, locals) => {
    const { at, pixel, fromA, fromB } = locals.integers('at', 'pixel', 'fromA', 'fromB');
    const held = { v128: locals.add('v128'), f32: locals.add('f32') };
    const stride = i32.shl(p.channels, 2);
    return overChannels(p.channels, at, (lanes) => {
      const sum = held[lanes.type];
      const place = i32.add(p.out, at);
      const from = {
        a: lanes.load(fromA),
        b: lanes.load(fromB),
        mean: lanes.load(i32.add(p.mean, at)),
      };
      return [
        set(sum, lanes.zero),
        set(fromA, i32.add(p.a, at)),
        set(fromB, i32.add(p.b, at)),
        repeat(pixel, { from: 0, to: p.pixels, step: 1 }, [
          set(sum, lanes.add(sum, term(lanes, from))),
          advance(fromA, stride),
          advance(fromB, stride),
        ]),
        lanes.store(place, lanes.add(sum, lanes.load(place))),
      ];
    });
  });
}

/** out[p][c] = value(p, c), from up to two tables of rows and per-channel numbers. */
function rows<P extends string>(
  name: string,
  vectors: readonly P[],
  value: (lanes: Lanes, from: { a: Value; b: Value } & Record<P, Value>) => Code,
): WasmFunction {
  const own = Object.fromEntries(vectors.map((key) => [key, 'i32'])) as Record<P, 'i32'>;
  const parameters = {
    a: 'i32',
    b: 'i32',
    out: 'i32',
    pixels: 'i32',
    channels: 'i32',
    ...own,
  } as const;
  return wasmFunction(name, parameters as Record<keyof typeof parameters, 'i32'>, (p, locals) => {
    const { at, pixel, shift } = locals.integers('at', 'pixel', 'shift');
    const stride = i32.shl(p.channels, 2);
    const place = (base: Local): Code => i32.add(i32.add(base, shift), at);
    const body = (lanes: Lanes): Code => {
      const read = vectors.map((key) => [key, lanes.load(i32.add(p[key], at))] as const);
      const from = {
        a: lanes.load(place(p.a)),
        b: lanes.load(place(p.b)),
        ...Object.fromEntries(read),
      };
      return lanes.store(
        place(p.out),
        value(lanes, from as { a: Value; b: Value } & Record<P, Value>),
      );
    };
    return [
      set(shift, 0),
      repeat(pixel, { from: 0, to: p.pixels, step: 1 }, [
        overChannels(p.channels, at, body),
        advance(shift, stride),
      ]),
    ];
  });
}

/** `copyRows`: rows of `bytes` bytes from one stride to another (padding of images and of columns). */
function copyRows(): WasmFunction {
  const parameters = {
    to: 'i32',
    from: 'i32',
    rows: 'i32',
    bytes: 'i32',
    toStride: 'i32',
    fromStride: 'i32',
  } as const;
  return wasmFunction('copyRows', parameters, (p, locals) => {
    const { row } = locals.integers('row');
    return repeat(row, { from: 0, to: p.rows, step: 1 }, [
      copyBytes(p.to, p.from, p.bytes),
      advance(p.to, p.toStride),
      advance(p.from, p.fromStride),
    ]);
  });
}

/**
 * Kernels on tables of pixels by channels:
 * `sumRows` Σ a, `sumSquares` Σ (a − mean)², `sumProducts` Σ b·(a − mean);
 * `scaleRows` (a − mean)·scale + shift, `batchNormGrad` ((b − first) − (a − mean)·second)·scale,
 * `addRows` a + shift.
 */
export function channelKernels(): WasmFunction[] {
  return [
    sums('sumRows', (_, { a }) => a as Code),
    sums('sumSquares', (v, { a, mean }) => v.mul(v.sub(a, mean), v.sub(a, mean))),
    sums('sumProducts', (v, { a, b, mean }) => v.mul(b, v.sub(a, mean))),
    rows('scaleRows', ['mean', 'scale', 'shift'], (v, { a, mean, scale, shift }) =>
      v.add(v.mul(v.sub(a, mean), scale), shift),
    ),
    rows(
      'batchNormGrad',
      ['mean', 'scale', 'first', 'second'],
      (v, { a, b, mean, scale, first, second }) =>
        v.mul(v.sub(v.sub(b, first), v.mul(v.sub(a, mean), second)), scale),
    ),
    rows('addRows', ['shift'], (v, { a, shift }) => v.add(a, shift)),
    copyRows(),
  ];
}
