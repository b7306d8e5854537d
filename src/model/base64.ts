/** Base64 in both alphabets, independent of browser and Node APIs. */

const PLAIN = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Value of each character code in either alphabet; 64 for none. */
const VALUES = new Uint8Array(128).fill(64);
for (let at = 0; at < PLAIN.length; at++) VALUES[PLAIN.charCodeAt(at)] = at;
VALUES['-'.charCodeAt(0)] = 62;
VALUES['_'.charCodeAt(0)] = 63;

/** Characters joined per call: few enough for a function's arguments. */
const CHUNK = 8192;

/** Bytes as base64 with padding. */
export function base64OfBytes(bytes: Uint8Array): string {
  const parts: string[] = [];
  let codes: number[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const word = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const length = Math.min(4, bytes.length - at + 1);
    for (let k = 0; k < 4; k++) {
      codes.push(k < length ? PLAIN.charCodeAt((word >> (18 - 6 * k)) & 63) : 61);
    }
    if (codes.length >= CHUNK) {
      parts.push(String.fromCharCode(...codes));
      codes = [];
    }
  }
  parts.push(String.fromCharCode(...codes));
  return parts.join('');
}

/** Bytes as base64url: `-` and `_`, no padding. */
export function base64urlOfBytes(bytes: Uint8Array): string {
  return base64OfBytes(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Decodes base64 of either alphabet, padded or not; null when it is invalid. */
export function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> | null {
  const length = text.length - (/={0,2}$/.exec(text)?.[0].length ?? 0);
  if (length % 4 === 1) return null;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let [word, bits, out] = [0, 0, 0];
  for (let at = 0; at < length; at++) {
    const value = VALUES[text.charCodeAt(at)] ?? 64;
    if (value === 64) return null;
    word = ((word << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[out++] = (word >> bits) & 255;
    }
  }
  return bytes;
}
