import type { TensorInfo } from '@tensorflow/tfjs-core';
import { FLOAT } from './conv-images.ts';
import { heapOf } from './runtime.ts';

interface Call {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly backend: unknown;
}

/** x [N, A, B] as [N, B, A]. tfjs's transpose takes some ten times as long for each number. */
export function swapAxes({ inputs, backend }: Call): TensorInfo {
  const heap = heapOf(backend);
  const [batch = 0, rows = 0, columns = 0] = inputs['x']!.shape;
  const { info, address } = heap.output([batch, columns, rows]);
  const x = heap.addressOf(inputs['x']!);
  const numbers = rows * columns;
  heap.share({
    tasks: batch,
    size: batch * numbers * 8,
    run: (image, call) => {
      const shift = image * numbers * FLOAT;
      call('swapAxes', address + shift, x + shift, rows, columns);
    },
  });
  return info;
}
