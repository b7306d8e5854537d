/** Points of a curve as they are drawn: at each place the least and the largest value. */
export interface LinePoints {
  readonly count: number;
  readonly x: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * A curve of any number of points, kept as the least and the largest value of at most `most` stretches
 * of equally many points. When they are full, neighbours are joined; so a point costs the same however
 * long the curve is, and no peak is lost. Values that are not finite are left out.
 */
export class Envelope implements LinePoints {
  readonly x: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  count = 0;
  /** Points of a stretch. */
  #size = 1;
  /** Points in the last stretch. */
  #filled = 0;

  /** @param most even number of stretches, about as many as the picture has pixels */
  constructor(private readonly most = 512) {
    this.x = new Float64Array(most);
    this.low = new Float64Array(most);
    this.high = new Float64Array(most);
  }

  /** Adds a point; x must not fall. */
  add(x: number, value: number): void {
    if (!Number.isFinite(value)) return;
    if (this.count > 0 && this.#filled < this.#size) {
      const last = this.count - 1;
      this.x[last]! += (x - this.x[last]!) / (this.#filled + 1);
      this.low[last] = Math.min(this.low[last]!, value);
      this.high[last] = Math.max(this.high[last]!, value);
      this.#filled += 1;
      return;
    }
    if (this.count === this.most) {
      this.#join();
      this.add(x, value);
      return;
    }
    this.x[this.count] = x;
    this.low[this.count] = value;
    this.high[this.count] = value;
    this.count += 1;
    this.#filled = 1;
  }

  #join(): void {
    const { x, low, high } = this;
    for (let k = 0; k < this.count / 2; k++) {
      x[k] = (x[2 * k]! + x[2 * k + 1]!) / 2;
      low[k] = Math.min(low[2 * k]!, low[2 * k + 1]!);
      high[k] = Math.max(high[2 * k]!, high[2 * k + 1]!);
    }
    this.count /= 2;
    this.#filled = 2 * this.#size;
    this.#size *= 2;
  }
}
