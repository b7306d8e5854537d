import { sha256 } from '../../../math/sha256.ts';

/**
 * SHA-256 of bytes as 64 hexadecimal digits. The browser's own is about 20 times faster but is
 * missing on plain http (except localhost).
 */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  const { crypto } = globalThis as { crypto?: { readonly subtle?: SubtleCrypto } };
  if (crypto?.subtle === undefined || !(bytes.buffer instanceof ArrayBuffer)) {
    const hash = sha256();
    hash.update(bytes);
    return hash.hex();
  }
  const sum = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(sum), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
