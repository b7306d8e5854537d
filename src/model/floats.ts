/** Floating-point numbers as bytes, least significant first whatever the machine. */

/** The two widths of numbers that weights come in. */
export type FloatType = 'float32' | 'float64';

export type Floats = Float32Array | Float64Array;

/** Bytes of one number. */
export const FLOAT_BYTES: Readonly<Record<FloatType, number>> = { float32: 4, float64: 8 };

/** Room for a count of numbers. */
export function makeFloats(type: FloatType, count: number): Floats {
  return type === 'float32' ? new Float32Array(count) : new Float64Array(count);
}

/** Which width an array has. */
export function floatType(values: Floats): FloatType {
  return values instanceof Float32Array ? 'float32' : 'float64';
}

/** The numbers' bytes. */
export function bytesOfFloats(values: Floats): Uint8Array {
  const width = values.BYTES_PER_ELEMENT;
  const view = new DataView(new ArrayBuffer(values.length * width));
  values.forEach((value, at) =>
    width === 4 ? view.setFloat32(4 * at, value, true) : view.setFloat64(8 * at, value, true),
  );
  return new Uint8Array(view.buffer);
}

/** The numbers of whole many bytes (a remainder is left out). */
export function floatsOfBytes(bytes: Uint8Array<ArrayBuffer>, type: FloatType): Floats {
  const width = FLOAT_BYTES[type];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = makeFloats(type, Math.floor(bytes.length / width));
  for (let at = 0; at < values.length; at++) {
    values[at] = width === 4 ? view.getFloat32(4 * at, true) : view.getFloat64(8 * at, true);
  }
  return values;
}
