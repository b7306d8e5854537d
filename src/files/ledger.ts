import { FileError } from './tensors.ts';

/**
 * Every array whose size a file decides is made here, so that the sum can be capped and measured.
 *
 * A reader first calls {@link Ledger.allow} with what the bytes in hand justify, then asks for
 * arrays; asking for more is refused before anything is allocated. What the readers allow:
 * - safetensors and stored npz: 2 bytes for each byte of the file (F16 and BF16 become float32);
 * - deflated npz: 2 bytes for each byte that the entry was seen to inflate to, which is at most
 *   `MAX_INFLATE_RATIO` times the file (see npz.ts);
 * - tfjs: 2 bytes for each byte, and 4 for a uint8-quantized value (each byte becomes a float32).
 *
 * Not counted: fixed scratch space, the file itself, and small objects (names, shapes), whose
 * number the header caps bound.
 */
export class Ledger {
  #allowed = 0;
  #total = 0;
  #justified = 0;

  /** Bytes of all arrays made so far. */
  get total(): number {
    return this.#total;
  }

  /** Bytes of content (inflated, where it was deflated) that justified them. */
  get justified(): number {
    return this.#justified;
  }

  /** Raises the limit by `factor` bytes for each of `contentBytes` bytes that were checked. */
  allow(contentBytes: number, factor = 2): void {
    this.#justified += contentBytes;
    this.#allowed += contentBytes * factor;
  }

  /**
   * A zeroed float array of `count` values.
   * @throws FileError 'too-big' when that passes what the file justifies.
   */
  floats(kind: 'F32' | 'F64', count: number, file: string): Float32Array | Float64Array {
    const bytes = count * (kind === 'F64' ? 8 : 4);
    if (this.#total + bytes > this.#allowed) {
      throw new FileError('too-big', file, `its arrays would take ${this.#total + bytes} bytes, more than its content justifies (${this.#allowed}); the file is damaged.`);
    }
    this.#total += bytes;
    return allocate(kind, count, file);
  }
}

function allocate(kind: 'F32' | 'F64', count: number, file: string): Float32Array | Float64Array {
  try {
    return kind === 'F64' ? new Float64Array(count) : new Float32Array(count);
  } catch {
    throw new FileError('too-big', file, `an array of ${count} values does not fit in this machine's memory; use a smaller file.`);
  }
}
