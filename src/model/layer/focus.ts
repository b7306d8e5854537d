/**
 * The target of hover, keyboard cursor or pin: one weight, pixel or entry. Every picture of the
 * Layer panel highlights its own part of it. All indices are 0-based.
 *
 * `entry`: an entry of the layer's own matrix M. `weight`: K[i, j, k, t] of the convolution, OIHW
 * (j counts inside i's group). `input` and `output`: pixels of the layer's own input and output.
 */
export type Focus =
  | { readonly kind: 'entry'; readonly row: number; readonly column: number }
  | {
      readonly kind: 'weight';
      readonly i: number;
      readonly j: number;
      readonly k: number;
      readonly t: number;
    }
  | {
      readonly kind: 'input' | 'output';
      readonly channel: number;
      readonly y: number;
      readonly x: number;
    };
