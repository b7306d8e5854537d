let shared = new Float64Array(0);

/**
 * Working memory of a given length shared by all images in turn; its contents are undefined on
 * entry. Allocating such an array in every step would cost more than the step. Do not yield while
 * using it.
 */
export function workspace(length: number): Float64Array {
  if (shared.length !== length) shared = new Float64Array(length);
  return shared;
}
