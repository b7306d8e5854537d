import { FileError } from './tensors.ts';

/**
 * Every array whose size a file decides is made here, so that the sum can be capped and measured.
 *
 * The rule is two bytes of arrays for each byte of content (F16 and BF16 become float32, all else
 * takes less). A reader first says with {@link Ledger.allow} how much content it has seen to be
 * there, then asks for arrays; asking for more is refused before anything is allocated. Content is
 * the file itself, with compression undone that the format defines:
 * - safetensors, .npy and stored .npz: the bytes of the file;
 * - deflated .npz: what the entry was seen to inflate to, at most `MAX_INFLATE_RATIO` times the
 *   archive in all (zip-directory.ts);
 * - tfjs: the bytes of model.json and its shards, where a value quantized to uint8 counts as the
 *   two bytes that float16 would take.
 *
 * Not counted: fixed scratch space, the file itself, and small objects (names, shapes), whose
 * number the caps on headers bound.
 */
export class Ledger {
  #total = 0;
  #content = 0;

  /** Bytes of all arrays made so far. */
  get total(): number {
    return this.#total;
  }

  /** Bytes of content that were seen so far. */
  get content(): number {
    return this.#content;
  }

  /** Raises the limit: `bytes` of content were checked to be there. */
  allow(bytes: number): void {
    this.#content += bytes;
  }

  /**
   * A zeroed float array of `count` values.
   * @throws FileError 'too-big' when that passes what the file justifies.
   */
  floats(kind: 'F32' | 'F64', count: number, file: string): Float32Array | Float64Array {
    const bytes = count * (kind === 'F64' ? 8 : 4);
    if (this.#total + bytes > 2 * this.#content) {
      throw new FileError(
        'too-big',
        file,
        `its arrays would take ${this.#total + bytes} bytes, over twice its content ` +
          `(${this.#content}); the file is damaged.`,
      );
    }
    this.#total += bytes;
    return allocate(kind, count, file);
  }
}

function allocate(kind: 'F32' | 'F64', count: number, file: string): Float32Array | Float64Array {
  try {
    return kind === 'F64' ? new Float64Array(count) : new Float32Array(count);
  } catch {
    throw new FileError(
      'too-big',
      file,
      `an array of ${count} values does not fit in this machine's memory; use a smaller file.`,
    );
  }
}
