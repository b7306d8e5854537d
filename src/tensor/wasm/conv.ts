import type { ConvShape } from '../conv-shape.ts';
import { inputImages, outputImages } from './conv-images.ts';
import type { Arrays } from './conv-images.ts';
import { runRows } from './conv-rows.ts';
import type { WeightStrides } from './conv-rows.ts';
import { backwardPlaces, forwardPlaces } from './conv-tables.ts';
import type { Heap } from './runtime.ts';

/** Weight strides of a kernel [k1, k2, C / groups, O], its sum over inputs or over outputs. */
function weightStrides(
  { kernel, inChannels, outChannels, groups }: ConvShape,
  over: 'inputs' | 'outputs',
): WeightStrides {
  const tap = (inChannels / groups) * outChannels;
  const [sum, column] = over === 'inputs' ? [outChannels, 1] : [1, outChannels];
  return { row: kernel[1] * tap, tap, group: outChannels / groups, sum, column };
}

/** y = x ∗ w, any stride, padding, dilation and groups; fills the whole of y. */
export function convForward(heap: Heap, shape: ConvShape, { x, w, y }: Arrays): void {
  const { groups, inChannels, outChannels } = shape;
  runRows(heap, {
    from: inputImages(x, shape),
    to: outputImages(y, shape),
    groups,
    sums: inChannels / groups,
    columns: outChannels / groups,
    parts: [forwardPlaces(shape)],
    weights: w,
    strides: weightStrides(shape, 'inputs'),
  });
}

/**
 * The gradient with respect to the input: fills x from w and the gradient y of the output, as
 * stride[0]·stride[1] convolutions of stride 1.
 */
export function convInputGradient(heap: Heap, shape: ConvShape, { x, w, y }: Arrays): void {
  const { groups, inChannels, outChannels } = shape;
  runRows(heap, {
    from: outputImages(y, shape),
    to: inputImages(x, shape),
    groups,
    sums: outChannels / groups,
    columns: inChannels / groups,
    parts: backwardPlaces(shape),
    weights: w,
    strides: weightStrides(shape, 'outputs'),
  });
}
