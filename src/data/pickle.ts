import { clip, FileError } from '../files/tensors.ts';
import type { InputFile } from '../files/tensors.ts';
import { build, isSymbol, reduce } from './pickle-numpy.ts';
import type { PickleValue } from './pickle-numpy.ts';
import { OPCODE_NAMES } from './pickle-opcodes.ts';

/**
 * Most values that a pickle may make or remember; an official batch makes about 40,000. Without a
 * cap, each byte of a file could be an empty dict, which takes a hundred times its space.
 */
const MAX_VALUES = 200_000;

const MARK = Symbol('mark');
type Slot = PickleValue | typeof MARK;

/**
 * Reads a pickle (protocols 2 to 5) that holds dicts, lists, tuples, texts, bytes, whole numbers
 * and NumPy arrays of bytes, as the batches of cifar-10-python do. It cannot run anything: a global
 * is only a name, of three that are known, and REDUCE and BUILD know only what NumPy does with
 * those three (pickle-numpy.ts). Every other opcode is refused by name.
 * @throws FileError
 * @see Python's Lib/pickletools.py
 */
export function readPickle(file: InputFile): PickleValue {
  return new PickleReader(file).run();
}

class PickleReader {
  readonly #file: InputFile;
  readonly #view: DataView;
  readonly #stack: Slot[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #at = 0;
  #made = 0;

  constructor(file: InputFile) {
    this.#file = file;
    this.#view = new DataView(file.bytes.buffer, file.bytes.byteOffset, file.bytes.length);
  }

  run(): PickleValue {
    for (;;) {
      const start = this.#at;
      const code = this.u8();
      if (code === STOP) break;
      const step = STEPS[code];
      if (step === undefined) throw this.#unknown(code, start);
      step(this);
    }
    const value = this.pop();
    if (this.#stack.length > 0) throw this.wrong('values are left over at its end');
    return value;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  /** The next `count` bytes, as a view of the file. */
  bytes(count: number): Uint8Array {
    const at = this.#take(count);
    return this.#file.bytes.subarray(at, at + count);
  }

  /** The text up to a line feed, at most 100 characters. */
  line(): string {
    const start = this.#at;
    const end = this.#file.bytes.indexOf(10, start);
    if (end < 0 || end - start > 100) throw this.wrong('a name does not end');
    return latin1(this.bytes(end + 1 - start).subarray(0, -1));
  }

  push(value: Slot): void {
    this.#count();
    this.#stack.push(value);
  }

  pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined || value === MARK)
      throw this.wrong('it takes a value that is not there');
    return value;
  }

  /** All values down to the last mark. */
  popMark(): PickleValue[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw this.wrong('it takes values down to a mark that is not there');
    const values = this.#stack.splice(mark + 1) as PickleValue[];
    this.#stack.pop();
    return values;
  }

  top(): PickleValue {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  remember(place: number = this.#memo.size): void {
    this.#count();
    this.#memo.set(place, this.top());
  }

  recall(place: number): void {
    const value = this.#memo.get(place);
    if (value === undefined) throw this.wrong(`it recalls value ${place}, which it never kept`);
    this.push(value);
  }

  wrong(what: string): FileError {
    return new FileError(
      'bad-layout',
      this.#file.name,
      `as a pickle it is damaged or forged (at byte ${this.#at}: ${what}); give the official ` +
        'cifar-10-python or cifar-10-binary files.',
    );
  }

  refuse(what: string): FileError {
    return new FileError(
      'refused-format',
      this.#file.name,
      `this pickle uses ${what}, which the batches of CIFAR-10 do not need and which could run a ` +
        'program, so it was not read; give the official cifar-10-python or cifar-10-binary files.',
    );
  }

  #unknown(code: number, at: number): FileError {
    const name = OPCODE_NAMES[code];
    if (name !== undefined) return this.refuse(`the opcode ${name} at byte ${at}`);
    return this.wrong(`there is no opcode 0x${code.toString(16).padStart(2, '0')}`);
  }

  #take(count: number): number {
    const at = this.#at;
    if (at + count > this.#file.bytes.length) {
      throw new FileError(
        'truncated',
        this.#file.name,
        `as a pickle it should go on at byte ${at}, but it has only ${this.#file.bytes.length}; ` +
          'copy or download it again.',
      );
    }
    this.#at = at + count;
    return at;
  }

  #count(): void {
    this.#made += 1;
    if (this.#made > MAX_VALUES) throw this.wrong(`it makes more than ${MAX_VALUES} values`);
  }
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}

function utf8(reader: PickleReader, length: number): string {
  if (length > 1000) throw reader.wrong(`a text of ${length} bytes`);
  return new TextDecoder().decode(reader.bytes(length));
}

/** Longer ones than a 48-bit number would not be exact. */
function long(reader: PickleReader): number {
  const bytes = reader.bytes(reader.u8());
  if (bytes.length > 6) throw reader.wrong(`a whole number of ${bytes.length} bytes`);
  const value = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
  return (bytes.at(-1) ?? 0) > 127 ? value - 256 ** bytes.length : value;
}

/** A dict's keys are texts; Python 2 wrote them as bytes. */
function setItems(reader: PickleReader, items: readonly PickleValue[]): void {
  const dict = reader.top();
  if (!(dict instanceof Map) || items.length % 2 === 1) throw reader.wrong('items without a dict');
  for (let at = 0; at < items.length; at += 2) {
    const key = items[at]!;
    const name = key instanceof Uint8Array && key.length <= 100 ? latin1(key) : key;
    if (typeof name !== 'string') throw reader.wrong('a key that is no text');
    dict.set(name, items[at + 1]!);
  }
}

function append(reader: PickleReader, items: readonly PickleValue[]): void {
  const list = reader.top();
  if (!Array.isArray(list) || Object.isFrozen(list)) throw reader.wrong('items without a list');
  for (const item of items) list.push(item);
}

/** Tuples are frozen arrays, so that nothing can be appended to one. */
function tuple(reader: PickleReader, count: number): void {
  const items = Array.from({ length: count }, () => reader.pop()).reverse();
  reader.push(Object.freeze(items) as PickleValue[]);
}

function global(reader: PickleReader, module: string, name: string): void {
  const symbol = `${module}.${name}`;
  if (!isSymbol(symbol)) throw reader.refuse(`the global "${clip(symbol)}"`);
  reader.push({ symbol });
}

function stackGlobal(reader: PickleReader): void {
  const [name, module] = [reader.pop(), reader.pop()];
  if (typeof name !== 'string' || typeof module !== 'string')
    throw reader.wrong('a nameless global');
  global(reader, module, name);
}

function call(reader: PickleReader, what: 'REDUCE' | 'BUILD'): void {
  const argument = reader.pop();
  const object = reader.pop();
  const made = (what === 'REDUCE' ? reduce : build)(object, argument);
  if (made === undefined)
    throw reader.refuse(`the opcode ${what} on something else than an array of bytes`);
  reader.push(made);
}

function protocol(reader: PickleReader): void {
  const version = reader.u8();
  if (version < 2 || version > 5) throw reader.wrong(`protocol ${version}`);
}

const STOP = 0x2e;

const STEPS: Readonly<Record<number, (reader: PickleReader) => void>> = {
  0x80: protocol,
  0x95: (r) => void r.bytes(8),
  0x28: (r) => r.push(MARK),
  0x7d: (r) => r.push(new Map()),
  0x5d: (r) => r.push([]),
  0x29: (r) => tuple(r, 0),
  0x74: (r) => r.push(Object.freeze(r.popMark()) as PickleValue[]),
  0x85: (r) => tuple(r, 1),
  0x86: (r) => tuple(r, 2),
  0x87: (r) => tuple(r, 3),
  0x73: (r) => {
    const value = r.pop();
    setItems(r, [r.pop(), value]);
  },
  0x75: (r) => setItems(r, r.popMark()),
  0x61: (r) => append(r, [r.pop()]),
  0x65: (r) => append(r, r.popMark()),
  0x4a: (r) => r.push(r.i32()),
  0x4b: (r) => r.push(r.u8()),
  0x4d: (r) => r.push(r.u16()),
  0x8a: (r) => r.push(long(r)),
  0x4e: (r) => r.push(null),
  0x88: (r) => r.push(true),
  0x89: (r) => r.push(false),
  0x54: (r) => r.push(r.bytes(r.u32())),
  0x55: (r) => r.push(r.bytes(r.u8())),
  0x42: (r) => r.push(r.bytes(r.u32())),
  0x43: (r) => r.push(r.bytes(r.u8())),
  0x58: (r) => r.push(utf8(r, r.u32())),
  0x8c: (r) => r.push(utf8(r, r.u8())),
  0x71: (r) => r.remember(r.u8()),
  0x72: (r) => r.remember(r.u32()),
  0x94: (r) => r.remember(),
  0x68: (r) => r.recall(r.u8()),
  0x6a: (r) => r.recall(r.u32()),
  0x63: (r) => global(r, r.line(), r.line()),
  0x93: stackGlobal,
  0x52: (r) => call(r, 'REDUCE'),
  0x62: (r) => call(r, 'BUILD'),
};
