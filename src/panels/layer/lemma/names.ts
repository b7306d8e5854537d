/** {0,2} as the lab writes a set of taps of one axis. */
export function setName(taps: readonly number[]): string {
  return `{${taps.join(',')}}`;
}

/** {0,2} × {1}: vertical taps times horizontal taps. */
export function tapSetName([vertical, horizontal]: readonly [
  readonly number[],
  readonly number[],
]): string {
  return `${setName(vertical)} × ${setName(horizontal)}`;
}
