import { nhwcToNchw } from '../src/tensor/layouts.ts';
import { runTorch } from './torch.run.ts';
import { CLASSES, imagesOf, LEARNING_RATE, SIDE, weightsOf } from './train.nets.ts';
import type { BenchNet } from './train.nets.ts';

/** Steps of PyTorch: its version, milliseconds a step, and all losses. */
export interface TorchRun {
  readonly version: string;
  readonly times: number[];
  readonly losses: number[];
}

/** Trains a net in PyTorch on one thread of this machine, from the same weights on. */
export function trainInTorch(
  { net, batch }: BenchNet,
  { steps, warmUp }: { steps: number; warmUp: number },
): TorchRun {
  const data = nhwcToNchw(imagesOf(batch), [batch, SIDE, SIDE, 3]);
  const images = { name: 'images', shape: [batch, 3, SIDE, SIDE], data };
  const job = { net, batch, classes: CLASSES, learningRate: LEARNING_RATE, steps, warmUp };
  return runTorch('train.torch.py', job, [...weightsOf(net), images])[0] as TorchRun;
}
