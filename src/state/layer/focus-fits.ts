import type { ConvOperator } from '../../math/operator.ts';
import type { Focus } from '../../model/layer/focus.ts';

/** Whether the target of a focus exists in a layer. */
export function focusFits({ geometry: g, transposed }: ConvOperator, focus: Focus): boolean {
  switch (focus.kind) {
    case 'entry': {
      const [rows, columns] = transposed ? [g.columns, g.rows] : [g.rows, g.columns];
      return focus.row < rows && focus.column < columns;
    }
    case 'weight': {
      const inside = focus.i < g.dOut && focus.j < g.inPerGroup;
      return inside && focus.k < g.kernel[0] && focus.t < g.kernel[1];
    }
    default: {
      const ofConvOutput = (focus.kind === 'output') !== transposed;
      const [channels, [height, width]] = ofConvOutput ? [g.dOut, g.output] : [g.dIn, g.input];
      return focus.channel < channels && focus.y < height && focus.x < width;
    }
  }
}
