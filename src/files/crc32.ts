/** Row k: the checksum of one byte followed by k zero bytes ("slicing by four"). */
const TABLES = tables();

function tables(): readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1)
      value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
  const shift = (table: Uint32Array) => table.map((value) => (value >>> 8) ^ first[value & 255]!);
  const second = shift(first);
  const third = shift(second);
  return [first, second, third, shift(third)];
}

/**
 * CRC-32 as zip uses it (polynomial 0xEDB88320, reflected), continued from `previous`, so that a
 * stream can be summed piece by piece; begin with 0.
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
  const [first, second, third, fourth] = TABLES;
  let crc = ~previous;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc =
      fourth[crc & 255]! ^
      third[(crc >>> 8) & 255]! ^
      second[(crc >>> 16) & 255]! ^
      first[crc >>> 24]!;
  }
  for (; at < bytes.length; at += 1) crc = (crc >>> 8) ^ first[(crc ^ bytes[at]!) & 255]!;
  return ~crc >>> 0;
}
