import { advance, copyBytes, f32, f32x4, i32, repeat, set, wasmFunction } from './assembler.ts';
import type { Code, Local, Value, WasmFunction } from './assembler.ts';

/** Loads, stores and arithmetic, the same for four lanes and for one. */
interface Lanes {
  readonly bytes: number;
  readonly type: 'v128' | 'f32';
  load(address: Value, offset?: number): Code;
  store(address: Value, value: Value, offset?: number): Code;
  add(a: Value, b: Value): Code;
  sub(a: Value, b: Value): Code;
  mul(a: Value, b: Value): Code;
  zero: Code;
}

const four: Lanes = { ...f32x4, bytes: 16, type: 'v128' };
const one: Lanes = { ...f32, bytes: 4, type: 'f32', zero: f32.constant(0) };

/**
 * Runs `body` for every `vectors` times four channels, then for every four and for each of those
 * left over. `at` is a byte offset.
 */
function overChannels(
  channels: Local,
  at: Local,
  { vectors, body }: { vectors: number; body: (lanes: Lanes, vectors: number) => Code },
): Code {
  const bytes = i32.shl(channels, 2);
  // `at` stays behind the last channels that a loop has done; each loop continues where it stands.
  const loop = (lanes: Lanes, count: number): Code => {
    const step = lanes.bytes * count;
    const last = i32.sub(bytes, step - 1);
    return repeat(at, { from: at, to: last, step }, body(lanes, count));
  };
  return [set(at, 0), vectors > 1 ? loop(four, vectors) : [], loop(four, 1), loop(one, 1)];
}

/** Numbers of two tables and a channel's mean, as a term of a sum takes them. */
interface TermInputs {
  readonly a: Value;
  readonly b: Value;
  readonly mean: Value;
}

type Term = (lanes: Lanes, from: TermInputs) => Code;

/**
 * outs[t][c] += Σ_p terms[t](p, c) over tables of `pixels` rows of `channels` numbers. Several
 * vectors are summed side by side: one sum alone would wait for each of its additions.
 */
function sums(name: string, vectors: number, terms: readonly Term[]): WasmFunction {
  const parameters = {
    a: 'i32',
    b: 'i32',
    mean: 'i32',
    out: 'i32',
    second: 'i32',
    pixels: 'i32',
    channels: 'i32',
  } as const;
  return wasmFunction(name, parameters, (p, locals) => {
    const { at, pixel, fromA, fromB, stride } = locals.integers(
      'at',
      'pixel',
      'fromA',
      'fromB',
      'stride',
    );
    const held = (type: 'v128' | 'f32'): { means: Local[]; sums: Local[][] } => ({
      means: locals.many(type, vectors),
      sums: terms.map(() => locals.many(type, vectors)),
    });
    const locked = { v128: held('v128'), f32: held('f32') };
    const outs = [p.out, p.second];
    const body = (lanes: Lanes, count: number): Code => {
      const { means, sums: totals } = locked[lanes.type];
      const indices = Array.from({ length: count }, (_, index) => index);
      const from = (index: number): TermInputs => ({
        a: lanes.load(fromA, lanes.bytes * index),
        b: lanes.load(fromB, lanes.bytes * index),
        mean: means[index]!,
      });
      const each = (visit: (total: Local, index: number, term: number) => Code): Code =>
        terms.map((_, term) => indices.map((index) => visit(totals[term]![index]!, index, term)));
      const place = (term: number): Code => i32.add(outs[term]!, at);
      return [
        indices.map((index) =>
          set(means[index]!, lanes.load(i32.add(p.mean, at), lanes.bytes * index)),
        ),
        each((total) => set(total, lanes.zero)),
        set(fromA, i32.add(p.a, at)),
        set(fromB, i32.add(p.b, at)),
        repeat(pixel, { from: 0, to: p.pixels, step: 1 }, [
          each((total, index, term) =>
            set(total, lanes.add(total, terms[term]!(lanes, from(index)))),
          ),
          advance(fromA, stride),
          advance(fromB, stride),
        ]),
        each((total, index, term) => {
          const offset = lanes.bytes * index;
          return lanes.store(
            place(term),
            lanes.add(total, lanes.load(place(term), offset)),
            offset,
          );
        }),
      ];
    };
    return [set(stride, i32.shl(p.channels, 2)), overChannels(p.channels, at, { vectors, body })];
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
        overChannels(p.channels, at, { vectors: 1, body }),
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
 * `sumRows` Σ a, `sumSquares` Σ (a − mean)², `sumProducts` Σ b·(a − mean) and Σ b;
 * `scaleRows` (a − mean)·scale + shift, `batchNormGrad` ((b − first) − (a − mean)·second)·scale,
 * `addRows` a + shift.
 */
export function channelKernels(): WasmFunction[] {
  return [
    sums('sumRows', 4, [(_, { a }) => a as Code]),
    sums('sumSquares', 4, [(v, { a, mean }) => v.mul(v.sub(a, mean), v.sub(a, mean))]),
    sums('sumProducts', 2, [
      (v, { a, b, mean }) => v.mul(b, v.sub(a, mean)),
      (_, { b }) => b as Code,
    ]),
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
