import { fixtureJson } from '../../math/testing/fixtures.ts';
import type { ReferenceNet } from '../../nn/testing/reference-nets.ts';

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
  /** How far the reference itself drifts in float32: |f32 − f64| / (0.01 + |f64|). */
  f32_vs_f64: { rel_diff_final_best: number[] };
}

export function apgdTraces(net: ReferenceNet): ApgdTrace[] {
  return (fixtureJson(`apgd/${net}_traces.json`) as { runs: ApgdTrace[] }).runs;
}
