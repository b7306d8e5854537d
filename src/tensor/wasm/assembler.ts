/**
 * A small WebAssembly assembler: expressions are nested byte lists, a module is one list of them.
 *
 * Why not a compiled file: a fresh clone has no C toolchain, and a binary in the repository cannot
 * be read. The kernels beside this file are the source of what runs.
 *
 * @see WebAssembly core specification 2.0, section 5 (binary format).
 */

/** Value types that the kernels use. */
export type ValueType = 'i32' | 'f32' | 'v128';

/** A local variable or parameter of a function. */
export interface Local {
  readonly index: number;
  readonly type: ValueType;
}

/** Instructions, as nested lists of bytes. */
export type Code = readonly (number | Code)[];

/** What an instruction takes: a local, a whole number (an i32 constant), or instructions. */
export type Value = Local | number | Code;

const TYPE_BYTES: Record<ValueType, number> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };
const VOID_BLOCK = 0x40;

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  const bytes = [];
  let rest = value >>> 0;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return [...bytes, rest];
}

/** Signed LEB128 of a 32-bit integer. */
function signed(value: number): number[] {
  const bytes = [];
  let rest = value | 0;
  while (rest < -0x40 || rest >= 0x40) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  return [...bytes, rest & 0x7f];
}

function isCode(value: Value): value is Code {
  return Array.isArray(value);
}

/** The instructions that put a value on the stack. */
function code(value: Value): Code {
  if (typeof value === 'number') return [0x41, ...signed(value)];
  return isCode(value) ? value : [0x20, ...unsigned(value.index)];
}

const binary =
  (...opcode: number[]) =>
  (a: Value, b: Value): Code => [code(a), code(b), opcode];
const unary =
  (...opcode: number[]) =>
  (a: Value): Code => [code(a), opcode];
const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];
/** A load: address, and a constant byte offset. Alignment is a hint only: four bytes. */
const load =
  (...opcode: number[]) =>
  (address: Value, offset = 0): Code => [code(address), opcode, 2, unsigned(offset)];
const store =
  (...opcode: number[]) =>
  (address: Value, value: Value, offset = 0): Code => [
    code(address),
    code(value),
    opcode,
    2,
    unsigned(offset),
  ];

/** 32-bit integers; addresses are byte addresses. */
export const i32 = {
  add: binary(0x6a),
  sub: binary(0x6b),
  mul: binary(0x6c),
  and: binary(0x71),
  shl: binary(0x74),
  /** Unsigned. */
  shr: binary(0x76),
  lessThan: binary(0x48),
  lessThanUnsigned: binary(0x49),
  equal: binary(0x46),
  load: load(0x28),
  store: store(0x36),
};

/** Single-precision numbers. */
export const f32 = {
  constant: (value: number): Code => [0x43, ...new Uint8Array(new Float32Array([value]).buffer)],
  add: binary(0x92),
  sub: binary(0x93),
  mul: binary(0x94),
  div: binary(0x95),
  sqrt: unary(0x91),
  notEqual: binary(0x5c),
  less: binary(0x5d),
  greater: binary(0x5e),
  fromInteger: unary(0xb2),
  load: load(0x2a),
  store: store(0x38),
};

/** Vectors of four single-precision numbers. */
export const f32x4 = {
  load: load(...simd(0)),
  loadSplat: load(...simd(9)),
  store: store(...simd(11)),
  zero: [simd(12), new Array<number>(16).fill(0)] as Code,
  splat: unary(...simd(19)),
  add: binary(...simd(0xe4)),
  sub: binary(...simd(0xe5)),
  mul: binary(...simd(0xe6)),
  less: binary(...simd(0x43)),
  greater: binary(...simd(0x44)),
  equal: binary(...simd(0x41)),
  notEqual: binary(...simd(0x42)),
  and: binary(...simd(0x4e)),
  /** a where the second is all zero bits. */
  andNot: binary(...simd(0x4f)),
  or: binary(...simd(0x50)),
  /** a·b + c, rounded once where the machine can (relaxed SIMD). */
  relaxedMultiplyAdd: (a: Value, b: Value, c: Value): Code => [
    code(a),
    code(b),
    code(c),
    simd(0x105),
  ],
  /** The first lane. */
  first: (a: Value): Code => [code(a), simd(0x1f), 0],
  /** The four lanes in another order. */
  reorder: (a: Value, lanes: readonly [number, number, number, number]): Code => [
    code(a),
    code(a),
    simd(13),
    lanes.map((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)),
  ],
  /** Lanes of `a` where the mask is set, of `b` elsewhere. */
  select: (a: Value, b: Value, mask: Value): Code => [code(a), code(b), code(mask), simd(0x52)],
};

/** Assigns a local. */
export function set(local: Local, value: Value): Code {
  return [code(value), 0x21, ...unsigned(local.index)];
}

/** Adds to an i32 local. */
export function advance(local: Local, value: Value): Code {
  return set(local, i32.add(local, value));
}

/** Runs `then` when the condition is not zero, `otherwise` when it is. */
export function when(condition: Value, then: Code, otherwise: Code = []): Code {
  const tail: Code = otherwise.length === 0 ? [] : [0x05, otherwise];
  return [code(condition), 0x04, VOID_BLOCK, then, tail, 0x0b];
}

/** Repeats the body for i = from, from + step, … while i < to (signed). */
export function repeat(i: Local, range: { from: Value; to: Value; step: Value }, body: Code): Code {
  const again: Code = [i32.lessThan(i, range.to), 0x0d, 0];
  return [
    set(i, range.from),
    when(i32.lessThan(i, range.to), [0x03, VOID_BLOCK, body, advance(i, range.step), again, 0x0b]),
  ];
}

/**
 * Runs `step(0)`, `step(1)`, … `left` times in all (at least once), `times` of them in a row before
 * `next` runs. `left` is used up.
 *
 * A test stands between two steps, not only after the row: it ends V8's basic block. Within one
 * block V8 issues all loads first and then spills what does not fit into registers; without the
 * tests a tile of 4 rows by 2 vectors is 1.6 times slower (14.6 to 23 GMAC/s on a Zen 4 core).
 */
export function unrolled(
  left: Local,
  times: number,
  { step, next }: { step: (index: number) => Code; next: Code },
): Code {
  const leave = (done: number): Code => [i32.lessThan(left, done + 1), 0x0d, 1];
  const steps = Array.from({ length: times }, (_, index): Code => {
    return index === 0 ? step(0) : [leave(index), step(index)];
  });
  const again: Code = [set(left, i32.sub(left, times)), i32.lessThan(0, left), 0x0d, 0];
  return [0x02, VOID_BLOCK, 0x03, VOID_BLOCK, steps, next, again, 0x0b, 0x0b];
}

/** A copy of bytes that may not overlap forward (memory.copy). */
export function copyBytes(to: Value, from: Value, bytes: Value): Code {
  return [code(to), code(from), code(bytes), 0xfc, 10, 0, 0];
}

/** Zeros (memory.fill). */
export function clearBytes(at: Value, bytes: Value): Code {
  return [code(at), code(0), code(bytes), 0xfc, 11, 0];
}

/** One function of a module: its parameters are i32 unless said. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly locals: readonly ValueType[];
  readonly body: Code;
}

/** Declares locals while a function's body is written. */
export class Locals {
  readonly types: ValueType[] = [];
  private readonly offset: number;

  constructor(parameters: readonly ValueType[]) {
    this.offset = parameters.length;
  }

  /** A new local of a type. */
  add(type: ValueType): Local {
    this.types.push(type);
    return { index: this.offset + this.types.length - 1, type };
  }

  /** Several new locals of a type. */
  many(type: ValueType, count: number): Local[] {
    return Array.from({ length: count }, () => this.add(type));
  }

  /** New i32 locals, by name. */
  integers<N extends string>(...names: readonly N[]): Record<N, Local> {
    const named = names.map((name) => [name, this.add('i32')] as const);
    return Object.fromEntries(named) as Record<N, Local>;
  }
}

/** Writes a function: `write` gets its parameters by name and the locals to declare. */
export function wasmFunction<P extends string>(
  name: string,
  parameters: Readonly<Record<P, ValueType>>,
  write: (parameter: Record<P, Local>, locals: Locals) => Code,
): WasmFunction {
  const entries = Object.entries(parameters) as [P, ValueType][];
  const types = entries.map(([, type]) => type);
  const locals = new Locals(types);
  const named = entries.map(([key, type], index) => [key, { index, type }] as const);
  const body = write(Object.fromEntries(named) as Record<P, Local>, locals);
  return { name, parameters: types, locals: locals.types, body };
}

function flatten(list: Code, into: number[] = []): number[] {
  for (const item of list) {
    if (typeof item === 'number') into.push(item);
    else flatten(item, into);
  }
  return into;
}

const sized = (bytes: number[]): number[] => [...unsigned(bytes.length), ...bytes];
const vector = (items: readonly number[][]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
];
const section = (id: number, items: readonly number[][]): number[] => [id, ...sized(vector(items))];
const text = (word: string): number[] => sized([...new TextEncoder().encode(word)]);

function functionBytes({ locals, body }: WasmFunction): number[] {
  const declared = vector(locals.map((type) => [1, TYPE_BYTES[type]]));
  return sized([...declared, ...flatten(body), 0x0b]);
}

/** Memory limits of the import: a shared memory must say so, with its 4 GiB maximum. */
const MEMORY_LIMITS = { plain: [0, 0], shared: [3, 0, ...unsigned(65536)] };

/**
 * The binary of a module that imports its memory as `env.memory` and exports its functions.
 *
 * @param shared Whether that memory is shared between threads.
 */
export function assemble(
  functions: readonly WasmFunction[],
  shared: boolean,
): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [
    0x60,
    ...vector(parameters.map((type) => [TYPE_BYTES[type]])),
    0,
  ]);
  const memory = [
    ...text('env'),
    ...text('memory'),
    2,
    ...MEMORY_LIMITS[shared ? 'shared' : 'plain'],
  ];
  return new Uint8Array([
    0,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    ...section(1, types),
    ...section(2, [memory]),
    ...section(
      3,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(
      7,
      functions.map(({ name }, index) => [...text(name), 0, ...unsigned(index)]),
    ),
    ...section(10, functions.map(functionBytes)),
  ]);
}
