/** Bits that one look into the table decodes; longer codes are rare and take the slow path. */
const FAST_BITS = 9;
const MAX_BITS = 15;

/**
 * Raised by `inflate` and its tables; the zip reader turns it into a sentence about the file.
 */
export class InflateError extends Error {
  override readonly name = 'InflateError';
}

/**
 * A canonical Huffman code of DEFLATE. One is reused for all blocks, so hostile input makes none.
 */
export class Huffman {
  /** Symbol << 4 | length for the next FAST_BITS bits; 0 where the code is longer or unused. */
  readonly #fast = new Uint16Array(1 << FAST_BITS);
  readonly #counts = new Uint16Array(MAX_BITS + 1);
  readonly #symbols: Uint16Array;
  readonly #offsets = new Uint16Array(MAX_BITS + 2);

  constructor(symbols: number) {
    this.#symbols = new Uint16Array(symbols);
  }

  /**
   * Takes the code lengths of symbols 0, 1, … Incomplete codes are refused, as zlib does, except a
   * single code of one bit (or none at all) where `mayBeIncomplete`.
   * @throws InflateError
   */
  build(lengths: Uint8Array, mayBeIncomplete: boolean): void {
    this.#counts.fill(0);
    for (const length of lengths) this.#counts[length]! += 1;
    this.#counts[0] = 0;
    const unused = this.#unusedCodes();
    const longest = this.#counts.findLastIndex((count) => count > 0);
    if (unused < 0) throw new InflateError('a Huffman code with too many symbols');
    if (unused > 0 && !(mayBeIncomplete && longest <= 1)) {
      throw new InflateError('an incomplete Huffman code');
    }
    this.#sortSymbols(lengths);
    this.#fillFast();
  }

  /** Codes of 15 bits left over: 0 for a complete code, negative when over-subscribed. */
  #unusedCodes(): number {
    let left = 1;
    for (let bits = 1; bits <= MAX_BITS; bits += 1) {
      left = left * 2 - this.#counts[bits]!;
      if (left < 0) return left;
    }
    return left;
  }

  #sortSymbols(lengths: Uint8Array): void {
    const offsets = this.#offsets.fill(0);
    for (let bits = 1; bits <= MAX_BITS; bits += 1)
      offsets[bits + 1] = offsets[bits]! + this.#counts[bits]!;
    lengths.forEach((length, symbol) => {
      if (length > 0) this.#symbols[offsets[length]!++] = symbol;
    });
  }

  #fillFast(): void {
    this.#fast.fill(0);
    let code = 0;
    let index = 0;
    for (let bits = 1; bits <= FAST_BITS; bits += 1) {
      for (let k = this.#counts[bits]!; k > 0; k -= 1) {
        const entry = (this.#symbols[index]! << 4) | bits;
        for (let at = reverseBits(code, bits); at < 1 << FAST_BITS; at += 1 << bits)
          this.#fast[at] = entry;
        code += 1;
        index += 1;
      }
      code <<= 1;
    }
  }

  /**
   * The next symbol and its length, packed as symbol << 4 | length. `bits` holds the next 15 bits
   * of the stream, first bit lowest.
   * @throws InflateError when they begin no code.
   */
  lookup(bits: number): number {
    const entry = this.#fast[bits & ((1 << FAST_BITS) - 1)]!;
    return entry === 0 ? this.#lookupSlow(bits) : entry;
  }

  #lookupSlow(bits: number): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= MAX_BITS; length += 1) {
      code |= (bits >> (length - 1)) & 1;
      const count = this.#counts[length]!;
      if (code - first < count) return (this.#symbols[index + code - first]! << 4) | length;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new InflateError('bits that are no code');
  }
}

function reverseBits(code: number, length: number): number {
  let reversed = 0;
  for (let bit = 0; bit < length; bit += 1) reversed |= ((code >> bit) & 1) << (length - 1 - bit);
  return reversed;
}
