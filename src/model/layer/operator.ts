import { checkGeometry, GeometryError } from '../../math/geometry.ts';
import { makeKernel } from '../../math/kernels.ts';
import { makeOperator, type ConvOperator, type Kernel } from '../../math/operator.ts';
import { resolveLayer, type LayerSpec } from './layer.ts';

/**
 * Builds the operator of a spec: checks the geometry, then generates or takes the weights.
 *
 * @throws GeometryError naming the field, its value and how to fix it.
 */
export function operatorOf(spec: LayerSpec): ConvOperator {
  const { geometry, transposed } = resolveLayer(spec);
  const checked = checkGeometry(geometry);
  return makeOperator(geometry, kernelOf(spec, checked), transposed);
}

function kernelOf(spec: LayerSpec, checked: ReturnType<typeof checkGeometry>): Kernel {
  if (spec.source.kind !== 'values') return makeKernel(checked, spec.source);
  if (spec.source.values.length !== checked.weights) {
    throw new GeometryError(
      'weights',
      `${spec.source.values.length} numbers`,
      `this geometry needs ${checked.weights}: change the geometry back, or choose where the ` +
        'kernel comes from again.',
    );
  }
  return spec.source.values;
}
