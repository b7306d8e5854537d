import { advance, f32, f32x4, i32, repeat, set, wasmFunction, when } from './assembler.ts';
import type { Code, Local, WasmFunction } from './assembler.ts';

/**
 * `maxPoolGradRow`: one output row of the max-pool gradient, for windows inside the input:
 * the first maximum of each window (row by row) takes the whole gradient, as in PyTorch.
 * `x` and `dx` point at the row's first window; channels a multiple of four. dx is added to.
 */
function maxPoolGradRow(): WasmFunction {
  const parameters = {
    x: 'i32',
    y: 'i32',
    dy: 'i32',
    dx: 'i32',
    outputs: 'i32',
    bytes: 'i32',
    stepBytes: 'i32',
    rowBytes: 'i32',
    kernelRows: 'i32',
    kernelBytes: 'i32',
  } as const;
  return wasmFunction('maxPoolGradRow', parameters, (p, locals) => {
    const { output, at, row, line, column, place } = locals.integers(
      'output',
      'at',
      'row',
      'line',
      'column',
      'place',
    );
    const [top, grad, hit] = [locals.add('v128'), locals.add('v128'), locals.add('v128')];
    const visit: Code = [
      set(place, i32.add(line, column)),
      set(hit, f32x4.equal(f32x4.load(i32.add(p.x, place)), top)),
      f32x4.store(
        i32.add(p.dx, place),
        f32x4.add(f32x4.load(i32.add(p.dx, place)), f32x4.and(hit, grad)),
      ),
      // What a window has given away cannot be given again: later equals find no gradient left.
      set(grad, f32x4.andNot(grad, hit)),
    ];
    return repeat(output, { from: 0, to: p.outputs, step: 1 }, [
      repeat(at, { from: 0, to: p.bytes, step: 16 }, [
        set(top, f32x4.load(i32.add(p.y, at))),
        set(grad, f32x4.load(i32.add(p.dy, at))),
        set(line, at),
        repeat(row, { from: 0, to: p.kernelRows, step: 1 }, [
          repeat(column, { from: 0, to: p.kernelBytes, step: p.bytes }, visit),
          advance(line, p.rowBytes),
        ]),
      ]),
      advance(p.y, p.bytes),
      advance(p.dy, p.bytes),
      advance(p.x, p.stepBytes),
      advance(p.dx, p.stepBytes),
    ]);
  });
}

/** Runs `wide` for every 16 bytes and `single` for each number left over; `at` is a byte offset. */
function overBytes(bytes: Local, at: Local, { wide, single }: { wide: Code; single: Code }): Code {
  const whole = i32.and(bytes, -16);
  return [
    repeat(at, { from: 0, to: whole, step: 16 }, wide),
    repeat(at, { from: whole, to: bytes, step: 4 }, single),
  ];
}

/** `reluGrad`: out = dy where y > 0, else 0, for `bytes` bytes. */
function reluGrad(): WasmFunction {
  const parameters = { y: 'i32', dy: 'i32', out: 'i32', bytes: 'i32' } as const;
  return wasmFunction('reluGrad', parameters, (p, locals) => {
    const { at } = locals.integers('at');
    const [y, dy, out] = [i32.add(p.y, at), i32.add(p.dy, at), i32.add(p.out, at)];
    const positive = f32x4.greater(f32x4.load(y), f32x4.zero);
    return overBytes(p.bytes, at, {
      wide: f32x4.store(out, f32x4.and(f32x4.load(dy), positive)),
      single: when(
        f32.greater(f32.load(y), f32.constant(0)),
        f32.store(out, f32.load(dy)),
        f32.store(out, f32.constant(0)),
      ),
    });
  });
}

/** `signs`: (x > 0) − (x < 0); NaN gives 0. */
function signs(): WasmFunction {
  return wasmFunction('signs', { x: 'i32', out: 'i32', bytes: 'i32' }, (p, locals) => {
    const { at } = locals.integers('at');
    const [x, out] = [i32.add(p.x, at), i32.add(p.out, at)];
    const [one, zero] = [f32x4.splat(f32.constant(1)), f32.constant(0)];
    const where = (mask: Code): Code => f32x4.and(one, mask);
    const vector = f32x4.load(x);
    return overBytes(p.bytes, at, {
      wide: f32x4.store(
        out,
        f32x4.sub(where(f32x4.greater(vector, f32x4.zero)), where(f32x4.less(vector, f32x4.zero))),
      ),
      single: f32.store(
        out,
        f32.fromInteger(i32.sub(f32.greater(f32.load(x), zero), f32.less(f32.load(x), zero))),
      ),
    });
  });
}

/** `addScaled`: out = a + factor · b. */
function addScaled(): WasmFunction {
  const parameters = { a: 'i32', b: 'i32', factor: 'f32', out: 'i32', bytes: 'i32' } as const;
  return wasmFunction('addScaled', parameters, (p, locals) => {
    const { at } = locals.integers('at');
    const [a, b, out] = [i32.add(p.a, at), i32.add(p.b, at), i32.add(p.out, at)];
    return overBytes(p.bytes, at, {
      wide: f32x4.store(
        out,
        f32x4.add(f32x4.load(a), f32x4.mul(f32x4.splat(p.factor), f32x4.load(b))),
      ),
      single: f32.store(out, f32.add(f32.load(a), f32.mul(p.factor, f32.load(b)))),
    });
  });
}

/** Gradients of max pooling and of ReLU, the sign, and a + factor · b. */
export function poolKernels(): WasmFunction[] {
  return [maxPoolGradRow(), reluGrad(), signs(), addScaled()];
}
