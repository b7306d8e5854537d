/** `1 image`, `12 images`. */
export function images(n: number): string {
  return `${n} image${n === 1 ? '' : 's'}`;
}

/** A share of n in per cent, with one decimal: `93.5 %`. */
export function percent(count: number, n: number): string {
  return `${((100 * count) / n).toFixed(1)} %`;
}

/** A number with three digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(3))).replace('-', '−');
}
