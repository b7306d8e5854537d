import type { JobOutcome } from '../../model/jobs.ts';
import type { RunKernel } from '../../model/train/run.ts';
import { startJob } from '../worker-client.ts';

/** A layer's weight and h as they are in the worker now. It is not kept: large nets have many. */
export function readKernel(id: string, layer: number): Promise<JobOutcome<RunKernel>> {
  return startJob('run-kernel', { id, layer }).outcome;
}
