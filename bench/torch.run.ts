import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NamedTensor } from '../src/files/tensors.ts';

/** Whether the Python on the path has PyTorch. */
export const hasTorch = (): boolean => spawnSync('python3', ['-c', 'import torch']).status === 0;

/**
 * Runs a script of this folder on a job, in PyTorch; the lines that it prints, each one JSON.
 *
 * @throws Error with what the script says of its failure
 */
export function runTorch(
  script: string,
  job: Readonly<Record<string, unknown>>,
  tensors: readonly Pick<NamedTensor, 'name' | 'shape' | 'data'>[],
): unknown[] {
  const folder = mkdtempSync(join(tmpdir(), 'norm-lab-torch-'));
  try {
    const shapes = tensors.map(({ name, shape }) => [name, shape]);
    writeFileSync(join(folder, 'job.json'), JSON.stringify({ ...job, tensors: shapes }));
    const bytes = tensors.map(({ data }) => Buffer.from(Float32Array.from(data).buffer));
    writeFileSync(join(folder, 'data.bin'), Buffer.concat(bytes));
    const path = fileURLToPath(new URL(script, import.meta.url));
    const { status, stdout, stderr } = spawnSync('python3', [path, folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${script} failed in PyTorch: ${stderr}`);
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
