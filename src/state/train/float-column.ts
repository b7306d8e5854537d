/** A growing typed array to which numbers are appended during a run. */
export class FloatColumn {
  #values = new Float64Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The number at index `at`; NaN when there is none. */
  at(at: number): number {
    return at >= 0 && at < this.#length ? this.#values[at]! : NaN;
  }

  /** All numbers, not copied: valid until the next change. */
  view(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }

  append(values: Float64Array): void {
    const length = this.#length + values.length;
    if (length > this.#values.length) {
      const grown = new Float64Array(Math.max(length, 2 * this.#values.length));
      grown.set(this.view());
      this.#values = grown;
    }
    this.#values.set(values, this.#length);
    this.#length = length;
  }

  /** Truncates to `length` numbers. */
  cut(length: number): void {
    this.#length = Math.min(this.#length, Math.max(0, length));
  }
}
