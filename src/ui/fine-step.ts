/**
 * Step of the arrow keys for a number that is no whole number: about a tenth of its size, and never whole
 * itself, which would ask for whole numbers.
 */
export function fineStep(value: number): number {
  if (value === 0) return 0.001;
  const power = Math.floor(Math.log10(Math.abs(value)) - 0.3);
  return Math.min(0.5, Number(`1e${power}`));
}
