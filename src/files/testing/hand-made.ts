import { deflateRawSync } from 'node:zlib';

/** Builders of weight files, honest or lying, that share no code with the writers under test. */

const text = new TextEncoder();

/** Bytes laid end to end. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/**
 * A safetensors file: the header as it stands (text or object), `length` instead of its true
 * length.
 */
export function makeSafetensors(header: unknown, data: Uint8Array, length?: bigint): Uint8Array {
  const body = text.encode(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = new Uint8Array(8);
  new DataView(prefix.buffer).setBigUint64(0, length ?? BigInt(body.length), true);
  return join(prefix, body, data);
}

/** A .npy file from the literal text of its header; `version` 1 has a 2-byte length, others 4. */
export function makeNpy(header: string, data: Uint8Array, version = 1): Uint8Array {
  const body = text.encode(`${header}\n`);
  const prefix = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, 0, 0, 0, 0);
  const view = new DataView(prefix.buffer);
  if (version === 1) view.setUint16(8, body.length, true);
  else view.setUint32(8, body.length, true);
  return join(prefix.subarray(0, version === 1 ? 10 : 12), body, data);
}

/** The usual header text of a .npy file. */
export function npyHeader(descr: string, shape: readonly number[], fortran = false): string {
  const tuple = shape.length === 1 ? `${shape[0]!},` : shape.join(', ');
  return `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${tuple}), }`;
}

/** One entry for {@link makeZip}; whatever is not given is computed truthfully. */
export interface ZipPart {
  readonly name: string;
  readonly content: Uint8Array;
  readonly method?: number;
  readonly packed?: Uint8Array;
  readonly size?: number;
  readonly crc?: number;
  readonly flags?: number;
  readonly offset?: number;
  readonly localName?: string;
  readonly localSize?: number;
}

/** A zip archive written field by field, so that any field can lie. */
export function makeZip(parts: readonly ZipPart[], comment = ''): Uint8Array {
  const locals: Uint8Array[] = [];
  const centrals: Uint8Array[] = [];
  let at = 0;
  for (const part of parts) {
    const { local, central } = headers(part, at);
    locals.push(local);
    centrals.push(central);
    at += local.length;
  }
  const directory = join(...centrals);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, parts.length, true);
  end.setUint16(10, parts.length, true);
  end.setUint32(12, directory.length, true);
  end.setUint32(16, at, true);
  end.setUint16(20, comment.length, true);
  return join(...locals, directory, new Uint8Array(end.buffer), text.encode(comment));
}

function headers(part: ZipPart, at: number): { local: Uint8Array; central: Uint8Array } {
  const method = part.method ?? 0;
  const packed = part.packed ?? (method === 8 ? deflateRawSync(part.content) : part.content);
  const size = part.size ?? part.content.length;
  const crc = part.crc ?? slowCrc32(part.content);
  const shared = (name: Uint8Array, declared: number): number[] => [
    ...u16(20, part.flags ?? 0, method, 0, 0x21),
    ...u32(crc, packed.length, declared),
    ...u16(name.length, 0),
  ];
  const name = text.encode(part.name);
  const localName = text.encode(part.localName ?? part.name);
  const local = Uint8Array.from([...u32(0x04034b50), ...shared(localName, part.localSize ?? size)]);
  const central = Uint8Array.from([
    ...u32(0x02014b50),
    ...u16(20),
    ...shared(name, size),
    ...u16(0, 0, 0),
    ...u32(0, part.offset ?? at),
  ]);
  return { local: join(local, localName, packed), central: join(central, name) };
}

function u16(...values: number[]): number[] {
  return values.flatMap((value) => [value & 255, (value >> 8) & 255]);
}

function u32(...values: number[]): number[] {
  return values.flatMap((value) => [
    value & 255,
    (value >>> 8) & 255,
    (value >>> 16) & 255,
    value >>> 24,
  ]);
}

/** CRC-32 bit by bit. */
export function slowCrc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** Values as little-endian float32 bytes. */
export function f32(...values: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, k) => view.setFloat32(4 * k, value, true));
  return new Uint8Array(view.buffer);
}

/** Bytes 1, 2, 3, … (mod 251), for data whose meaning does not matter. */
export function counted(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, k) => (k + 1) % 251);
}

/** UTF-8 bytes of a text, or of a value as JSON. */
export function encode(value: unknown): Uint8Array {
  return text.encode(typeof value === 'string' ? value : JSON.stringify(value));
}
