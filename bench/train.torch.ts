import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nhwcToNchw } from '../src/tensor/layouts.ts';
import { CLASSES, imagesOf, LEARNING_RATE, SIDE, weightsOf } from './train.nets.ts';
import type { BenchNet } from './train.nets.ts';

/** Steps of PyTorch: its version, milliseconds a step, and all losses. */
export interface TorchRun {
  readonly version: string;
  readonly times: number[];
  readonly losses: number[];
}

/** Whether the Python on the path has PyTorch. */
export const hasTorch = (): boolean => spawnSync('python3', ['-c', 'import torch']).status === 0;

/** Trains a net in PyTorch on one thread of this machine, from the same weights on. */
export function runTorch(
  { net, batch }: BenchNet,
  { steps, warmUp }: { steps: number; warmUp: number },
): TorchRun {
  const folder = mkdtempSync(join(tmpdir(), 'norm-lab-torch-'));
  try {
    const images = nhwcToNchw(imagesOf(batch), [batch, SIDE, SIDE, 3]);
    const shape = [batch, 3, SIDE, SIDE];
    const tensors = [...weightsOf(net), { name: 'images', shape, data: images }];
    const job = {
      net,
      tensors: tensors.map((one) => [one.name, one.shape]),
      batch,
      classes: CLASSES,
      learningRate: LEARNING_RATE,
      steps,
      warmUp,
    };
    writeFileSync(join(folder, 'job.json'), JSON.stringify(job));
    const bytes = tensors.map(({ data }) => Buffer.from(Float32Array.from(data).buffer));
    writeFileSync(join(folder, 'data.bin'), Buffer.concat(bytes));
    const script = fileURLToPath(new URL('train.torch.py', import.meta.url));
    const { status, stdout, stderr } = spawnSync('python3', [script, folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`PyTorch could not train ${net.name}: ${stderr}`);
    return JSON.parse(stdout) as TorchRun;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
