/** @throws RangeError naming the field unless it is a whole number in its range. */
export function checkWhole(
  field: string,
  value: number,
  [low, high]: readonly [number, number],
): void {
  if (Number.isSafeInteger(value) && value >= low && value <= high) return;
  throw new RangeError(
    `${field} is ${value}, but it must be a whole number from ${low} to ${high}.`,
  );
}
