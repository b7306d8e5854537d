/** SHA-256 of bytes that come in parts. */
export interface Sha256 {
  readonly update: (bytes: Uint8Array) => void;
  /** The sum so far, as 64 hexadecimal digits. */
  readonly hex: () => string;
}

const BLOCK = 64;

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  return primes;
}

/** First 32 bits of the fraction of each root, as FIPS 180-4 sections 4.2.2 and 5.3.3 have them. */
function fractions(roots: readonly number[]): Int32Array {
  return Int32Array.from(roots, (root) => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0);
}

const K = fractions(firstPrimes(64).map(Math.cbrt));
const START = fractions(firstPrimes(8).map(Math.sqrt));

/** W of one block: reused, since a hash never stops within a block. */
const W = new Int32Array(BLOCK);

function fillW(bytes: Uint8Array, at: number): void {
  for (let t = 0, from = at; t < 16; t++, from += 4) {
    W[t] =
      (bytes[from]! << 24) | (bytes[from + 1]! << 16) | (bytes[from + 2]! << 8) | bytes[from + 3]!;
  }
  for (let t = 16; t < BLOCK; t++) {
    const x = W[t - 15]!;
    const y = W[t - 2]!;
    const small0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const small1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[t] = (W[t - 16]! + small0 + W[t - 7]! + small1) | 0;
  }
}

/** One block: names as in FIPS 180-4 section 6.2.2. Locals, since a loop over an array is slow. */
function compress(state: Int32Array): void {
  let [a, b, c, d] = [state[0]!, state[1]!, state[2]!, state[3]!];
  let [e, f, g, h] = [state[4]!, state[5]!, state[6]!, state[7]!];
  for (let t = 0; t < BLOCK; t++) {
    const large1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + large1 + ((e & f) ^ (~e & g)) + K[t]! + W[t]!) | 0;
    const large0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (large0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}

function hashBlocks(state: Int32Array, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += BLOCK) {
    fillW(bytes, at);
    compress(state);
  }
}

/** The last bytes, a one, zeros and the length in bits, filled up to whole blocks. */
function padded(rest: Uint8Array, length: number): Uint8Array {
  const blocks = new Uint8Array(rest.length + 9 > BLOCK ? 2 * BLOCK : BLOCK);
  blocks.set(rest);
  blocks[rest.length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setUint32(blocks.length - 8, Math.floor(length / 2 ** 29));
  view.setUint32(blocks.length - 4, (length * 8) % 2 ** 32);
  return blocks;
}

function hexOf(state: Int32Array): string {
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/**
 * Starts a SHA-256.
 * @see FIPS 180-4, Secure Hash Standard
 */
export function sha256(): Sha256 {
  const state = START.slice();
  const rest = new Uint8Array(BLOCK);
  let [held, length] = [0, 0];

  const update = (bytes: Uint8Array): void => {
    length += bytes.length;
    let at = 0;
    if (held > 0) {
      at = Math.min(BLOCK - held, bytes.length);
      rest.set(bytes.subarray(0, at), held);
      held += at;
      if (held < BLOCK) return;
      hashBlocks(state, rest);
    }
    const end = bytes.length - ((bytes.length - at) % BLOCK);
    hashBlocks(state, bytes.subarray(at, end));
    rest.set(bytes.subarray(end));
    held = bytes.length - end;
  };
  const hex = (): string => {
    const last = state.slice();
    hashBlocks(last, padded(rest.subarray(0, held), length));
    return hexOf(last);
  };
  return { update, hex };
}
