/** Numbers that are appended for as long as a run goes on: one growing typed array. */
export class FloatColumn {
  #values = new Float64Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The number at place `at`; NaN where there is none. */
  at(at: number): number {
    return at >= 0 && at < this.#length ? this.#values[at]! : NaN;
  }

  /** All numbers, without a copy: holds until the next change. */
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

  /** Forgets everything from place `length` on. */
  cut(length: number): void {
    this.#length = Math.min(this.#length, Math.max(0, length));
  }
}
