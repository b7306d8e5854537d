import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of reference figures beside the project; a clone elsewhere has none. */
const SHARED = new URL('../../../../shared/', import.meta.url);

/** Whether the reference figures are there. Tests that need them skip, with this in their title. */
export const hasShared = existsSync(fileURLToPath(SHARED));

/** Appended to the title of a test that reads ../shared. */
export const SKIP_NOTE = hasShared ? '' : ' (skipped: ../shared is absent)';

/** Path of a file in ../shared. */
export function sharedPath(path: string): string {
  return fileURLToPath(new URL(path, SHARED));
}

/** A JSON file in ../shared, as its caller describes it. */
export function sharedJson(path: string): unknown {
  return JSON.parse(readFileSync(sharedPath(path), 'utf8'));
}

/** One case of fixtures/norms/conv_geometries.json. */
export interface GeometryCase {
  id: string;
  kind: string;
  in_shape: [number, number, number];
  out_channels: number;
  kernel: [number, number];
  stride: [number, number];
  padding: [number, number, number, number];
  dilation: [number, number];
  groups: number;
  out_shape: [number, number, number];
  weight_q: number[];
  exact: {
    l1: number;
    linf: number;
    l2: number;
    l1_first_argmax_col: number;
    linf_first_argmax_row: number;
  };
  paper: {
    scope: string;
    assumption1: boolean;
    formula1_l1: number;
    formula2_linf: number;
    formula3_l2_upper: number;
  };
  M_q?: number[][];
}

/** All cases of fixtures/norms/conv_geometries.json, or none when ../shared is absent. */
export function geometryCases(): { scale: number; cases: GeometryCase[] } {
  if (!hasShared) return { scale: 1, cases: [] };
  const file = sharedJson('fixtures/norms/conv_geometries.json') as {
    weight_scale: number;
    cases: GeometryCase[];
  };
  return { scale: file.weight_scale, cases: file.cases };
}
