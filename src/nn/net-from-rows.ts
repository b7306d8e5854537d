import type { NetDescription } from '../files/net-description-types.ts';
import { parseNetDescription } from '../files/net-description.ts';
import type { ConvRow, LayerRow } from '../model/net/net-rows.ts';
import { rowShapes, type RowShape } from '../model/net/row-shapes.ts';
import type { ImageShape } from '../model/net/source-shapes.ts';
import {
  batchNorm,
  dense,
  FLATTEN,
  GLOBAL_MEAN,
  RELU,
  type LayerDraft,
} from './architectures/drafts.ts';

/** Counts the layers of each kind: conv1, bn1, conv2, … */
type Numbering = (stem: string) => string;

function numbering(): Numbering {
  const counts = new Map<string, number>();
  return (stem) => {
    const count = (counts.get(stem) ?? 0) + 1;
    counts.set(stem, count);
    return `${stem}${count}`;
  };
}

function conv(row: ConvRow, from: number, name: string): LayerDraft {
  const { channels, kernel, stride, padding, dilation, groups, bias } = row;
  const [vertical, horizontal] = padding;
  return {
    type: 'conv2d',
    name,
    in_channels: from,
    out_channels: channels,
    kernel,
    stride,
    padding: [vertical, vertical, horizontal, horizontal],
    dilation,
    groups,
    weight: `${name}.weight`,
    ...(bias && { bias: `${name}.bias` }),
  };
}

function draftOf(row: LayerRow, input: RowShape, next: Numbering): LayerDraft {
  switch (row.type) {
    case 'conv2d':
      return conv(row, input[0]!, next('conv'));
    case 'batchnorm2d':
      return batchNorm(next('bn'), input[0]!);
    case 'dense': {
      const { bias, ...draft } = dense(next('fc'), input[0]!, row.features);
      return row.bias ? { ...draft, bias } : draft;
    }
    case 'maxpool2d':
    case 'avgpool2d':
      return { type: row.type, kernel: row.kernel, stride: row.stride };
    case 'globalavgpool2d':
      return GLOBAL_MEAN;
    case 'flatten':
      return FLATTEN;
    case 'relu':
      return RELU;
  }
}

/**
 * The description of a person's own net for given images. Layers with tensors are named by their kind and
 * their number among it, as PyTorch code usually does: conv1, bn1, fc1.
 *
 * @throws RangeError naming the layer that does not fit, as `net.rows.3`, and how to fix it.
 */
export function netFromRows(rows: readonly LayerRow[], shape: ImageShape): NetDescription {
  const { results, error } = rowShapes(rows, shape);
  if (error !== null) throw new RangeError(`net.rows.${error.row}: ${error.message}`);
  const next = numbering();
  const layers = rows.map((row, at) => {
    return draftOf(row, results[at - 1]?.shape ?? shape.input, next);
  });
  const { input, classes } = shape;
  const name = 'Own net';
  return parseNetDescription(
    JSON.stringify({ name, input: { shape: input }, classes, layers }),
    name,
  );
}
