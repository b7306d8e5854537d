let shared = new Float64Array(0);

/**
 * Working memory of a length that all images share in turn, with whatever the last one left in it:
 * making such an array in every step costs more than the step. Nobody may yield while using it.
 */
export function workspace(length: number): Float64Array {
  if (shared.length !== length) shared = new Float64Array(length);
  return shared;
}
