import { Huffman, InflateError } from './huffman.ts';

// Why not a library's: docs/decisions/0001-inflate.md. The tests compare it with zlib's.

const WINDOW = 32_768;
const buffer = new Uint8Array(2 * WINDOW);
const literalCode = new Huffman(288);
const distanceCode = new Huffman(32);
const lengthCode = new Huffman(19);
const lengths = new Uint8Array(320);
const fixed = fixedCodes();

/**
 * A stream may have this many blocks, and one more for each so many bytes; zlib's hold thousands.
 */
const FREE_BLOCKS = 1000;
const BYTES_PER_BLOCK = 100;

const LENGTH_BASE = Uint16Array.from([
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
  163, 195, 227, 258,
]);
const LENGTH_EXTRA = Uint8Array.from([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
]);
const DISTANCE_BASE = Uint16Array.from([
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
  3073, 4097, 6145, 8193, 12289, 16385, 24577,
]);
const DISTANCE_EXTRA = Uint8Array.from([
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
]);
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** What {@link inflate} did: bytes read from the input and bytes handed over. */
export interface Inflated {
  readonly consumed: number;
  readonly produced: number;
}

/**
 * Inflates a raw DEFLATE stream (RFC 1951), handing the output to `take` in pieces of at most
 * 64 KB. A piece is valid only during the call, and `take` must not inflate anything itself.
 * @throws InflateError for a damaged or cut stream, and as soon as output passes `limit` bytes.
 */
export function inflate(
  input: Uint8Array,
  limit: number,
  take: (piece: Uint8Array) => void,
): Inflated {
  const stream = new Inflater(input, limit, take);
  let last = false;
  while (!last) last = stream.block();
  return stream.finish();
}

class Inflater {
  readonly #input: Uint8Array;
  readonly #limit: number;
  readonly #take: (piece: Uint8Array) => void;
  #at = 0;
  #hold = 0;
  #held = 0;
  #write = 0;
  #flushed = 0;
  #produced = 0;
  #blocks = 0;

  constructor(input: Uint8Array, limit: number, take: (piece: Uint8Array) => void) {
    this.#input = input;
    this.#limit = limit;
    this.#take = take;
  }

  /** One block; true when it was the last. */
  block(): boolean {
    const last = this.#bits(1) === 1;
    const type = this.#bits(2);
    this.#countBlock();
    if (type === 0) this.#stored();
    else if (type === 1) this.#compressed(fixed.literals, fixed.distances);
    else if (type === 2) this.#dynamic();
    else throw new InflateError('a block of type 3');
    return last;
  }

  /** Every block costs two tables to build, so one that holds next to nothing is a way to stall. */
  #countBlock(): void {
    this.#blocks += 1;
    if (this.#blocks > FREE_BLOCKS + this.#produced / BYTES_PER_BLOCK) {
      throw new InflateError(`${this.#blocks} blocks for ${this.#produced} bytes`);
    }
  }

  finish(): Inflated {
    this.#flush();
    return { consumed: this.#at - (this.#held >> 3), produced: this.#produced };
  }

  /** The next `count` (at most 15) bits. */
  #bits(count: number): number {
    this.#fill();
    const value = this.#hold & ((1 << count) - 1);
    this.#drop(count);
    return value;
  }

  /** Tops the bit buffer up to at least 15 bits where input is left. */
  #fill(): void {
    while (this.#held < 16 && this.#at < this.#input.length) {
      this.#hold |= this.#input[this.#at]! << this.#held;
      this.#at += 1;
      this.#held += 8;
    }
  }

  #drop(count: number): void {
    if (count > this.#held) throw new InflateError('an end in the middle');
    this.#hold >>>= count;
    this.#held -= count;
  }

  #symbol(code: Huffman): number {
    this.#fill();
    const entry = code.lookup(this.#hold);
    this.#drop(entry & 15);
    return entry >> 4;
  }

  #stored(): void {
    this.#drop(this.#held & 7);
    const length = this.#bits(8) | (this.#bits(8) << 8);
    const check = this.#bits(8) | (this.#bits(8) << 8);
    if ((length ^ check) !== 0xffff)
      throw new InflateError('a stored block whose two lengths disagree');
    this.#at -= this.#held >> 3;
    this.#hold = this.#held = 0;
    if (this.#at + length > this.#input.length) throw new InflateError('an end in the middle');
    const end = this.#at + length;
    for (; this.#at < end; this.#at += 1) this.#put(this.#input[this.#at]!);
  }

  #dynamic(): void {
    this.#buildDynamic();
    this.#compressed(literalCode, distanceCode);
  }

  #compressed(literals: Huffman, distances: Huffman): void {
    for (;;) {
      const symbol = this.#symbol(literals);
      if (symbol < 256) this.#put(symbol);
      else if (symbol === 256) return;
      else this.#copy(symbol - 257, distances);
    }
  }

  #copy(lengthIndex: number, distances: Huffman): void {
    if (lengthIndex >= LENGTH_BASE.length)
      throw new InflateError('a length code that does not exist');
    const length = LENGTH_BASE[lengthIndex]! + this.#bits(LENGTH_EXTRA[lengthIndex]!);
    const symbol = this.#symbol(distances);
    if (symbol >= DISTANCE_BASE.length)
      throw new InflateError('a distance code that does not exist');
    const distance = DISTANCE_BASE[symbol]! + this.#bits(DISTANCE_EXTRA[symbol]!);
    if (distance > this.#produced) throw new InflateError('a copy from before the start');
    for (let k = 0; k < length; k += 1) this.#put(buffer[this.#write - distance]!);
  }

  #put(byte: number): void {
    if (this.#produced >= this.#limit)
      throw new InflateError(`more than the ${this.#limit} bytes announced`);
    buffer[this.#write++] = byte;
    this.#produced += 1;
    if (this.#write === buffer.length) this.#slide();
  }

  #slide(): void {
    this.#flush();
    buffer.copyWithin(0, WINDOW);
    this.#write = this.#flushed = WINDOW;
  }

  #flush(): void {
    if (this.#write > this.#flushed) this.#take(buffer.subarray(this.#flushed, this.#write));
    this.#flushed = this.#write;
  }

  #buildDynamic(): void {
    const literals = this.#bits(5) + 257;
    const distances = this.#bits(5) + 1;
    const count = this.#bits(4) + 4;
    if (literals > 286 || distances > 30) throw new InflateError('more codes than DEFLATE has');
    lengths.fill(0);
    for (let k = 0; k < count; k += 1) lengths[LENGTH_ORDER[k]!] = this.#bits(3);
    lengthCode.build(lengths.subarray(0, 19), false);
    this.#readLengths(literals + distances);
    if (lengths[256] === 0) throw new InflateError('a block without an end');
    literalCode.build(lengths.subarray(0, literals), true);
    distanceCode.build(lengths.subarray(literals, literals + distances), true);
  }

  #readLengths(total: number): void {
    lengths.fill(0);
    let at = 0;
    while (at < total) {
      const symbol = this.#symbol(lengthCode);
      const previous = at > 0 ? lengths[at - 1]! : 0;
      if (symbol === 16 && at === 0) throw new InflateError('a repeat of nothing');
      const [value, times] = symbol < 16 ? [symbol, 1] : this.#run(symbol, previous);
      if (at + times > total) throw new InflateError('too many code lengths');
      lengths.fill(value, at, at + times);
      at += times;
    }
  }

  #run(symbol: number, previous: number): readonly [value: number, times: number] {
    if (symbol === 16) return [previous, 3 + this.#bits(2)];
    return [0, symbol === 17 ? 3 + this.#bits(3) : 11 + this.#bits(7)];
  }
}

function fixedCodes(): { literals: Huffman; distances: Huffman } {
  const [literals, distances] = [new Huffman(288), new Huffman(32)];
  lengths.fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280, 288);
  literals.build(lengths.subarray(0, 288), false);
  lengths.fill(5, 0, 32);
  distances.build(lengths.subarray(0, 32), false);
  return { literals, distances };
}
