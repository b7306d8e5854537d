import { crc32 } from './crc32.ts';
import { checkWritable, littleEndianBytes } from './safetensors-write.ts';

/** An array to write: its values are stored as they are held. */
export interface WritableArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array;
}

function descrOf(data: WritableArray['data']): string {
  if (data instanceof Int32Array) return '<i4';
  return data instanceof Float64Array ? '<f8' : '<f4';
}

/**
 * The bytes of a .npy file (version 1.0, little-endian, C order): float32 as `<f4`, float64 as
 * `<f8`, int32 as `<i4`.
 * @throws RangeError when the shape does not hold the values.
 */
export function writeNpy(tensor: WritableArray): Uint8Array {
  checkWritable([tensor], []);
  const { shape, data } = tensor;
  const tuple = shape.length === 1 ? `${shape[0]!},` : shape.join(', ');
  const descr = descrOf(data);
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const dataStart = Math.ceil((10 + text.length + 1) / 64) * 64;
  const file = new Uint8Array(dataStart + data.byteLength).fill(0x20, 0, dataStart);
  file.set([
    0x93,
    0x4e,
    0x55,
    0x4d,
    0x50,
    0x59,
    1,
    0,
    (dataStart - 10) & 255,
    (dataStart - 10) >> 8,
  ]);
  file.set(new TextEncoder().encode(text), 10);
  file[dataStart - 1] = 0x0a;
  file.set(littleEndianBytes(data), dataStart);
  return file;
}

/**
 * The bytes of a .npz archive, stored without compression as numpy.savez does (trained weights
 * hardly deflate). Entry times are fixed, so that the same tensors give the same bytes.
 * @throws RangeError when a name repeats, a shape does not fit, or the archive would pass 4 GB.
 */
export function writeNpz(tensors: readonly WritableArray[]): Uint8Array {
  checkWritable(tensors, []);
  const entries = tensors.map((tensor) => {
    const data = writeNpy(tensor);
    return { name: new TextEncoder().encode(`${tensor.name}.npy`), data, crc: crc32(data) };
  });
  const local = entries.reduce((sum, { name, data }) => sum + 30 + name.length + data.length, 0);
  const central = entries.reduce((sum, { name }) => sum + 46 + name.length, 0);
  if (local + central + 22 >= 0xffffffff || entries.length >= 0xffff) {
    throw new RangeError(
      'the archive would pass 4 GB or 65,534 arrays; write safetensors instead.',
    );
  }
  const out = new ByteWriter(new Uint8Array(local + central + 22));
  const offsets = entries.map((entry) => writeLocal(out, entry));
  entries.forEach((entry, k) => writeCentral(out, entry, offsets[k]!));
  out.u32(0x06054b50, 0);
  out.u16(entries.length, entries.length);
  out.u32(central, local);
  out.u16(0);
  return out.bytes;
}

interface Entry {
  readonly name: Uint8Array;
  readonly data: Uint8Array;
  readonly crc: number;
}

/** Version, UTF-8 flag, stored, 1980-01-01 00:00: the fields that both headers share. */
function writeShared(out: ByteWriter, { name, data, crc }: Entry): void {
  out.u16(20, 0x800, 0, 0, 0x21);
  out.u32(crc, data.length, data.length);
  out.u16(name.length, 0);
}

function writeLocal(out: ByteWriter, entry: Entry): number {
  const offset = out.at;
  out.u32(0x04034b50);
  writeShared(out, entry);
  out.raw(entry.name);
  out.raw(entry.data);
  return offset;
}

function writeCentral(out: ByteWriter, entry: Entry, offset: number): void {
  out.u32(0x02014b50);
  out.u16(20);
  writeShared(out, entry);
  out.u16(0, 0, 0);
  out.u32(0, offset);
  out.raw(entry.name);
}

class ByteWriter {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }

  u16(...values: number[]): void {
    for (const value of values) {
      this.#view.setUint16(this.at, value, true);
      this.at += 2;
    }
  }

  u32(...values: number[]): void {
    for (const value of values) {
      this.#view.setUint32(this.at, value, true);
      this.at += 4;
    }
  }

  raw(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }
}
