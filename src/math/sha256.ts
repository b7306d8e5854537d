import { sha256 as start } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** SHA-256 of bytes that come in parts. */
export interface Sha256 {
  readonly update: (bytes: Uint8Array) => void;
  /** The sum of the bytes so far, as 64 hexadecimal digits; more may follow. */
  readonly hex: () => string;
}

/**
 * Starts a SHA-256. In steps and synchronous, unlike the browser's own.
 * @see FIPS 180-4, Secure Hash Standard
 */
export function sha256(): Sha256 {
  const hash = start.create();
  return {
    update: (bytes) => void hash.update(bytes),
    hex: () => bytesToHex(hash.clone().digest()),
  };
}
