import { sharedJson } from '../../math/testing/shared.oracle.ts';
import type { ReferenceNet } from './reference-nets.oracle.ts';

/** One run of the reference's APGD on 8 images, from the clean image, in float64. */
export interface ApgdTrace {
  id: string;
  norm: 'Linf' | 'L2';
  eps: number;
  loss: 'ce' | 'dlr' | 'dlr-targeted';
  n_iter: number;
  rho: number;
  images: { indices: number[] };
  labels: number[];
  targets: number[] | null;
  /** Image indices by iteration. */
  step_halved_after_iteration_f64: Record<string, number[]>;
  loss_f64: number[][];
  loss_best_f64: number[][];
  step_f64: number[][];
  still_correct_f64: number[][];
  final: { loss_best: number[]; robust: number[]; f32: { loss_best: number[]; robust: number[] } };
  f32_vs_f64: { max_rel_loss_diff_all: number; same_halvings: boolean };
}

export function apgdTraces(net: ReferenceNet): ApgdTrace[] {
  return (sharedJson(`fixtures/apgd/${net}_traces.json`) as { runs: ApgdTrace[] }).runs;
}
