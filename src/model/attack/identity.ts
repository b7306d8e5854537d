/**
 * Prefixes of the identities of nets and image sets. A digest computed differently gets another
 * prefix, so that digests of two methods are never compared.
 */
export const NET_IDENTITY = 'net2:';
export const IMAGES_IDENTITY = 'images2:';

/**
 * Whether an identity was computed by a version of the lab that had no prefixes: page and command
 * line then used different hashes.
 */
export function isFormerIdentity(identity: string): boolean {
  return !identity.startsWith(NET_IDENTITY) && !identity.startsWith(IMAGES_IDENTITY);
}

/** The first `letters` characters of an identity's digest, without its prefix. */
export function shortDigest(identity: string, letters: number): string {
  const start = identity.indexOf(':') + 1;
  return identity.slice(start, start + letters);
}
