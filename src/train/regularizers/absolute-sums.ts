import { absoluteSums, type AbsoluteSums } from '../../math/exact-norms.ts';
import type { CheckedGeometry } from '../../math/geometry.ts';
import type { Floats } from '../parameter.ts';

/** Sums of |K| per input channel and tap [d_in, taps], per output channel and tap [d_out, taps]. */
export function sumsOihw(g: CheckedGeometry, values: Floats, into: AbsoluteSums): void {
  absoluteSums(g, values, into);
}

/**
 * The same sums of a kernel [taps, in/groups, out], as [taps, d_in] and [taps, d_out]. `into` must
 * hold zeros.
 */
export function sumsHwio(g: CheckedGeometry, values: Floats, into: AbsoluteSums): void {
  const taps = g.kernel[0] * g.kernel[1];
  for (let tap = 0; tap < taps; tap++) {
    for (let group = 0; group < g.groups; group++) {
      const block = { g, values, into, tap, group };
      let j = 0;
      for (; j + 4 <= g.inPerGroup; j += 4) addFourInputs(block, j);
      for (; j < g.inPerGroup; j++) addInput(block, j);
    }
  }
}

interface Block {
  readonly g: CheckedGeometry;
  readonly values: Floats;
  readonly into: AbsoluteSums;
  readonly tap: number;
  readonly group: number;
}

/** Four inputs at once: the sums per output are loaded and stored once for four weights. */
function addFourInputs({ g, values, into, tap, group }: Block, j: number): void {
  const { perInput, perOutput } = into;
  const width = g.dOut;
  const row0 = (tap * g.inPerGroup + j) * width;
  const [row1, row2, row3] = [row0 + width, row0 + 2 * width, row0 + 3 * width];
  const out = tap * width;
  const last = (group + 1) * g.outPerGroup;
  let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
  for (let i = group * g.outPerGroup; i < last; i++) {
    const value0 = Math.abs(values[row0 + i]!);
    const value1 = Math.abs(values[row1 + i]!);
    const value2 = Math.abs(values[row2 + i]!);
    const value3 = Math.abs(values[row3 + i]!);
    perOutput[out + i]! += value0 + value1 + (value2 + value3);
    sum0 += value0;
    sum1 += value1;
    sum2 += value2;
    sum3 += value3;
  }
  const to = tap * g.dIn + group * g.inPerGroup + j;
  perInput[to] = sum0;
  perInput[to + 1] = sum1;
  perInput[to + 2] = sum2;
  perInput[to + 3] = sum3;
}

function addInput({ g, values, into, tap, group }: Block, j: number): void {
  const row = (tap * g.inPerGroup + j) * g.dOut;
  const last = (group + 1) * g.outPerGroup;
  let sum = 0;
  for (let i = group * g.outPerGroup; i < last; i++) {
    const value = Math.abs(values[row + i]!);
    into.perOutput[tap * g.dOut + i]! += value;
    sum += value;
  }
  into.perInput[tap * g.dIn + group * g.inPerGroup + j] = sum;
}
