import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** SHA-256 of bytes that come in parts. */
export interface Hasher {
  readonly update: (bytes: Uint8Array) => void;
  /** The sum, as 64 hexadecimal digits; ends the hasher. */
  readonly hex: () => string;
}

/** Starts a SHA-256. The browser's own needs https and all bytes at once; this needs neither. */
export function sha256Hasher(): Hasher {
  const hash = sha256.create();
  return {
    update: (bytes) => {
      hash.update(bytes);
    },
    hex: () => bytesToHex(hash.digest()),
  };
}
