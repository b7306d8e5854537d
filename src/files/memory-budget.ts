import { FileError } from './tensors.ts';

/** The size of an array that a file asks for. */
export interface ArraySize {
  readonly kind: 'F32' | 'F64';
  readonly count: number;
}

/** What a refusal tells the reader. */
interface Refusal {
  readonly file: string;
  /** How to save the weights so that they are read; the end of the sentence. */
  readonly wayOut: string;
}

/** Most bytes of arrays for each byte that was given: float16 becomes float32. */
const MOST_RATIO = 2;

/**
 * Every array whose size a file decides is made here, so that the sum can be capped and measured.
 *
 * The rule: all arrays of one reading take at most twice the bytes of the files that were given for
 * it, as they are on disk; there is no floor for small files. What is stored as itself always fits
 * (F16 and BF16 double, all else takes less). What inflates to more, or becomes float32 from uint8,
 * is refused. A reader first reserves all arrays of a file, which allocates nothing, and only then
 * has them made.
 *
 * Not counted: fixed scratch space, the files themselves, and small objects (names, shapes), whose
 * number the caps on headers bound.
 */
export class MemoryBudget {
  #given = 0;
  #reserved = 0;
  #total = 0;

  /** Bytes of all arrays made so far. */
  get total(): number {
    return this.#total;
  }

  /** Says that files of so many bytes were given. */
  give(bytes: number): void {
    this.#given += bytes;
  }

  /**
   * Sets room aside for arrays that will be made.
   * @throws FileError 'too-big' when all that was reserved passes twice what was given.
   */
  reserve(arrays: readonly ArraySize[], { file, wayOut }: Refusal): void {
    const all = arrays.reduce((sum, size) => sum + bytesOf(size), this.#reserved);
    if (all > MOST_RATIO * this.#given) {
      throw new FileError(
        'too-big',
        file,
        `the arrays would take ${all} bytes in memory, over twice the ${this.#given} bytes that ` +
          `were given, which is the most that a file may ask for; ${wayOut}.`,
      );
    }
    this.#reserved = all;
  }

  /**
   * A zeroed array, for which room was reserved.
   * @throws FileError 'too-big' when the machine cannot make it; Error for a reader that did not
   * reserve it.
   */
  floats(size: ArraySize, file: string): Float32Array | Float64Array {
    const total = this.#total + bytesOf(size);
    if (total > this.#reserved) throw new Error('an array was asked for that was not reserved');
    this.#total = total;
    return allocate(size, file);
  }
}

function bytesOf({ kind, count }: ArraySize): number {
  return count * (kind === 'F64' ? 8 : 4);
}

function allocate({ kind, count }: ArraySize, file: string): Float32Array | Float64Array {
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
