import type { NamedTensor } from './tensors.ts';

/** A tensor to write: its values are stored as they are held, as F32 or F64. */
export type WritableTensor = Pick<NamedTensor, 'name' | 'shape' | 'data'>;

/**
 * The bytes of a safetensors file with these tensors, in order, float32 as F32 and float64 as F64.
 * The header is padded with spaces so that data begins at a multiple of 8.
 * @throws RangeError when a name repeats, is `__metadata__`, or a shape does not hold its values.
 */
export function writeSafetensors(
  tensors: readonly WritableTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  checkWritable(tensors, ['__metadata__']);
  const header = new TextEncoder().encode(JSON.stringify(describe(tensors, metadata)));
  const dataStart = 8 + Math.ceil(header.length / 8) * 8;
  const dataBytes = tensors.reduce((sum, { data }) => sum + data.byteLength, 0);
  const file = new Uint8Array(dataStart + dataBytes).fill(0x20, 8, dataStart);
  new DataView(file.buffer).setBigUint64(0, BigInt(dataStart - 8), true);
  file.set(header, 8);
  let at = dataStart;
  for (const { data } of tensors) {
    file.set(littleEndianBytes(data), at);
    at += data.byteLength;
  }
  return file;
}

function describe(
  tensors: readonly WritableTensor[],
  metadata: Readonly<Record<string, string>>,
): object {
  let at = 0;
  const rows = tensors.map(({ name, shape, data }) => {
    const begin = at;
    at += data.byteLength;
    const dtype = data instanceof Float64Array ? 'F64' : 'F32';
    return [name, { dtype, shape, data_offsets: [begin, at] }] as const;
  });
  const noted = Object.keys(metadata).length > 0 ? [['__metadata__', metadata] as const] : [];
  return Object.fromEntries<unknown>([...noted, ...rows]);
}

/** Refuses tensors that no reader could take back. @throws RangeError */
export function checkWritable(
  tensors: readonly (Pick<NamedTensor, 'name' | 'shape'> & {
    readonly data: { readonly length: number };
  })[],
  reserved: readonly string[],
): void {
  const seen = new Set(reserved);
  for (const { name, shape, data } of tensors) {
    if (name === '' || seen.has(name)) {
      throw new RangeError(
        `tensor name "${name}" is empty, reserved or used twice; give each tensor a name of ` +
          'its own.',
      );
    }
    seen.add(name);
    const count = shape.reduce((product, size) => product * size, 1);
    if (count !== data.length) {
      throw new RangeError(
        `tensor "${name}" has shape [${shape.join(', ')}] = ${count} values but holds ` +
          `${data.length}; make them agree.`,
      );
    }
  }
}

/** The values as little-endian bytes, whatever the machine. */
export function littleEndianBytes(data: Float32Array | Float64Array | Int32Array): Uint8Array {
  const bytes = new Uint8Array(data.byteLength);
  const view = new DataView(bytes.buffer);
  if (data instanceof Int32Array) data.forEach((value, i) => view.setInt32(4 * i, value, true));
  else if (data instanceof Float64Array)
    data.forEach((value, i) => view.setFloat64(8 * i, value, true));
  else data.forEach((value, i) => view.setFloat32(4 * i, value, true));
  return bytes;
}
