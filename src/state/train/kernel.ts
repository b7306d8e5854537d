import type { JobOutcome } from '../../model/jobs.ts';
import type { RunKernel } from '../../model/train/run.ts';
import { startJob } from '../worker-client.ts';

/** Requests a layer's current weight and h from the worker. Not cached: large nets have many. */
export function readKernel(id: string, layer: number): Promise<JobOutcome<RunKernel>> {
  return startJob('run-kernel', { id, layer }).outcome;
}
