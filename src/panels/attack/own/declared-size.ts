/** The first bytes of an image file, read according to its format. */
type Reader = (bytes: DataView) => readonly [width: number, height: number] | null;

const text = (bytes: DataView, at: number, length: number): string =>
  String.fromCharCode(
    ...new Uint8Array(bytes.buffer, bytes.byteOffset + at, Math.min(length, bytes.byteLength - at)),
  );

const png: Reader = (bytes) => [bytes.getUint32(16), bytes.getUint32(20)];
const gif: Reader = (bytes) => [bytes.getUint16(6, true), bytes.getUint16(8, true)];
const bmp: Reader = (bytes) => [
  Math.abs(bytes.getInt32(18, true)),
  Math.abs(bytes.getInt32(22, true)),
];

/** Scans the segments of a JPEG for the start of a frame (SOF0 … SOF15). */
const jpeg: Reader = (bytes) => {
  for (let at = 2; at + 9 < bytes.byteLength;) {
    if (bytes.getUint8(at) !== 0xff) return null;
    const marker = bytes.getUint8(at + 1);
    // C4, C8 and CC are tables and extensions, not frames.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return [bytes.getUint16(at + 7), bytes.getUint16(at + 5)];
    at += marker === 0xff ? 1 : 2 + bytes.getUint16(at + 2);
  }
  return null;
};

const uint24 = (bytes: DataView, at: number): number =>
  bytes.getUint16(at, true) + 65536 * bytes.getUint8(at + 2);

const webp: Reader = (bytes) => {
  const kind = text(bytes, 12, 4);
  if (kind === 'VP8X') return [1 + uint24(bytes, 24), 1 + uint24(bytes, 27)];
  if (kind === 'VP8 ')
    return [bytes.getUint16(26, true) & 0x3fff, bytes.getUint16(28, true) & 0x3fff];
  if (kind !== 'VP8L') return null;
  const packed = bytes.getUint32(21, true);
  return [1 + (packed & 0x3fff), 1 + ((packed >> 14) & 0x3fff)];
};

const FORMATS: readonly (readonly [begins: (bytes: DataView) => boolean, read: Reader])[] = [
  [(bytes) => text(bytes, 1, 3) === 'PNG' && text(bytes, 12, 4) === 'IHDR', png],
  [(bytes) => text(bytes, 0, 3) === 'GIF', gif],
  [(bytes) => text(bytes, 0, 2) === 'BM', bmp],
  [(bytes) => bytes.getUint16(0) === 0xffd8, jpeg],
  [(bytes) => text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 4) === 'WEBP', webp],
];

/**
 * Width and height that an image's file declares, read before anything is decoded: a small file can
 * declare more pixels than a page has room for. Null if it is not a PNG, JPEG, GIF, WebP or BMP.
 */
export function declaredSize(
  head: ArrayBuffer,
): { readonly width: number; readonly height: number } | null {
  const bytes = new DataView(head);
  try {
    const found = FORMATS.find(([begins]) => begins(bytes))?.[1](bytes) ?? null;
    return found && { width: found[0], height: found[1] };
  } catch (error) {
    // It ends before its size.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
