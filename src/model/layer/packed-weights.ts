import { base64urlOfBytes, bytesOfBase64 } from '../base64.ts';
import { bytesOfFloats, FLOAT_BYTES, floatsOfBytes, type Floats } from '../floats.ts';

/** Groups bytes by significance: exponents repeat and then compress better. */
function shuffle(bytes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const count = bytes.length / width;
  const out = new Uint8Array(bytes.length);
  for (let at = 0; at < count; at++) {
    for (let b = 0; b < width; b++) out[b * count + at] = bytes[at * width + b]!;
  }
  return out;
}

function unshuffle(bytes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const count = bytes.length / width;
  const out = new Uint8Array(bytes.length);
  for (let at = 0; at < count; at++) {
    for (let b = 0; b < width; b++) out[at * width + b] = bytes[b * count + at]!;
  }
  return out;
}

/** Weights as link text: `f32.` or `f64.`, then deflated bytes as base64url. */
export async function packValues(values: Floats): Promise<string> {
  const { deflateSync } = await import('fflate');
  const width = values.BYTES_PER_ELEMENT;
  const packed = deflateSync(shuffle(bytesOfFloats(values), width), { level: 9 });
  return `f${8 * width}.${base64urlOfBytes(packed)}`;
}

/** Unpacks at most `limit` bytes: a few packed bytes can expand to very many. */
async function inflateAtMost(packed: Uint8Array, limit: number): Promise<Uint8Array | null> {
  const { Inflate } = await import('fflate');
  const out = new Uint8Array(limit);
  const filled = { length: 0, over: false };
  const inflate = new Inflate((chunk) => {
    filled.over ||= filled.length + chunk.length > limit;
    if (!filled.over) out.set(chunk, filled.length);
    filled.length += chunk.length;
  });
  try {
    // Small pieces: each can expand about a thousandfold before the limit is checked.
    for (let at = 0; at < packed.length && !filled.over; at += 1024) {
      inflate.push(packed.subarray(at, at + 1024), at + 1024 >= packed.length);
    }
  } catch {
    return null;
  }
  return filled.over || filled.length !== limit ? null : out;
}

/**
 * Unpacks `count` weights from a link's text; null when it does not contain that many. Never
 * allocates more than they need.
 */
export async function unpackValues(text: string, count: number): Promise<Floats | null> {
  const [form, data = ''] = text.split('.');
  const type = form === 'f32' ? 'float32' : form === 'f64' ? 'float64' : null;
  const bytes = bytesOfBase64(data);
  if (type === null || bytes === null) return null;
  const unpacked = await inflateAtMost(bytes, count * FLOAT_BYTES[type]);
  return unpacked && floatsOfBytes(unshuffle(unpacked, FLOAT_BYTES[type]), type);
}
