/** MT19937's words, of 32 bits each, after `seed` (Matsumoto & Nishimura 1998). */
export function* mersenneTwister(seed: number): Generator<number, never, undefined> {
  const state = new Uint32Array(624);
  state[0] = seed;
  for (let at = 1; at < state.length; at++) {
    const before = state[at - 1]! ^ (state[at - 1]! >>> 30);
    state[at] = Math.imul(1812433253, before) + at;
  }
  const word = (at: number): number => state[at % state.length]!;
  for (;;) {
    for (let at = 0; at < state.length; at++) {
      const joined = (word(at) & 0x80000000) | (word(at + 1) & 0x7fffffff);
      state[at] = word(at + 397) ^ (joined >>> 1) ^ ((joined & 1) * 0x9908b0df);
    }
    for (let y of state) {
      y ^= y >>> 11;
      y ^= (y << 7) & 0x9d2c5680;
      y ^= (y << 15) & 0xefc60000;
      yield (y ^ (y >>> 18)) >>> 0;
    }
  }
}

/** The random numbers that PyTorch's CPU generator gives after `manual_seed(seed)`, in float32. */
export class TorchDraws {
  readonly #words: Generator<number, never, undefined>;

  constructor(seed: number) {
    this.#words = mersenneTwister(seed);
  }

  #unit(): number {
    return (this.#words.next().value & 0xffffff) / 2 ** 24;
  }

  /** torch.rand: numbers in [0, 1). */
  uniform(count: number): Float32Array {
    return Float32Array.from({ length: count }, () => this.#unit());
  }

  /** torch.randn for 16 numbers or more: Box and Muller by sixteens, the last of them drawn again. */
  normal(count: number): Float32Array {
    if (count < 16) throw new RangeError(`count: ${count} numbers are fewer than 16.`);
    const values = this.uniform(count);
    const pairs = (from: number): void => {
      for (let at = from; at < from + 8; at++) {
        const radius = Math.sqrt(-2 * Math.log(1 - values[at]!));
        const angle = 2 * Math.PI * values[at + 8]!;
        values[at] = radius * Math.cos(angle);
        values[at + 8] = radius * Math.sin(angle);
      }
    };
    for (let from = 0; from + 16 <= count; from += 16) pairs(from);
    if (count % 16 === 0) return values;
    values.set(this.uniform(16), count - 16);
    pairs(count - 16);
    return values;
  }
}
