import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { ConvShape } from '../conv-shape.ts';
import { FORWARD, FORWARD_PLACES, INPUT_GRADIENT, sampleCode } from './conv-code.ts';
import { isNarrow, phasesOf, productOf, sidesOf, sizesOf, tapStep } from './conv-sizes.ts';
import type { Phase } from './conv-sizes.ts';
import { DIRECT_FORWARD, DIRECT_INPUT_GRADIENT } from './direct-code.ts';
import { gemmCode, gemmParts, tileFor } from './gemm.ts';
import type { GemmReads } from './gemm.ts';
import { runProgram, threadEach } from './program.ts';
import type { Program } from './program.ts';

/** y = x ∗ w for any stride, padding, dilation and groups: a product in tiles, im2col nowhere. */
export function convForward(
  backend: unknown,
  shape: ConvShape,
  inputs: { x: TensorInfo; w: TensorInfo },
): TensorInfo {
  const { batch, output, inChannels, outChannels, groups, input, kernel } = shape;
  const sizes = { ...sizesOf(shape), ...sidesOf(input, inChannels) };
  const result = { inputs, shape: [batch, ...output, outChannels] };
  const places = sampleCode('x') + FORWARD_PLACES;
  if (isNarrow(shape)) {
    const code = places + DIRECT_FORWARD;
    return runProgram(backend, threadEach({ ...result, name: 'conv_direct', sizes, code }));
  }
  const [rows, columns] = [batch * productOf(output), outChannels / groups];
  const reads = { tile: tileFor(columns), left: 'inner', right: 'outer' } as const;
  const chunk = productOf(kernel) * (inChannels / groups);
  const parts = gemmParts(reads, { rows, columns, groups, chunk, splits: 1 });
  return runProgram(backend, {
    ...result,
    name: `conv_${parts.key}`,
    sizes: { ...sizes, ...parts.sizes },
    code: places + FORWARD + gemmCode(reads),
    workgroups: parts.workgroups,
    threads: parts.threads,
  });
}

function inputGradientSizes(shape: ConvShape): Record<string, number> {
  const [tapStepH, tapStepW] = [tapStep(shape, 0), tapStep(shape, 1)];
  return {
    ...sizesOf(shape),
    ...sidesOf(shape.output, shape.outChannels),
    tapStepH,
    tapStepW,
    backH: (tapStepH * shape.dilation[0]) / shape.stride[0],
    backW: (tapStepW * shape.dilation[1]) / shape.stride[1],
  };
}

/** The part of dx at one phase of rows and one of columns. */
function phaseProgram(
  shape: ConvShape,
  reads: GemmReads,
  [down, across]: readonly [Phase, Phase],
): Omit<Program, 'inputs' | 'shape'> {
  const { batch, groups } = shape;
  const parts = gemmParts(reads, {
    rows: batch * down.count * across.count,
    columns: shape.inChannels / groups,
    groups,
    chunk: down.taps * across.taps * (shape.outChannels / groups),
    splits: 1,
  });
  return {
    name: `input_gradient_${parts.key}`,
    sizes: {
      ...inputGradientSizes(shape),
      ...parts.sizes,
      rows: down.count,
      columns: across.count,
      firstH: down.first,
      firstV: across.first,
      tapH: down.tap,
      tapV: across.tap,
      tapsH: down.taps,
      tapsV: across.taps,
    },
    code: sampleCode('dy') + INPUT_GRADIENT + gemmCode(reads),
    workgroups: parts.workgroups,
    threads: parts.threads,
  };
}

/**
 * dx [N, H, W, C]. With a stride, input pixels that the same taps reach are done together (a
 * program run for each of the s1·s2 phases), so that no product with a stuffed zero is computed.
 */
export function convInputGradient(
  backend: unknown,
  shape: ConvShape,
  inputs: { dy: TensorInfo; w: TensorInfo },
): TensorInfo {
  const { batch, input, inChannels, groups } = shape;
  const result = { inputs, shape: [batch, ...input, inChannels] };
  if (isNarrow(shape)) {
    const [sizes, code] = [inputGradientSizes(shape), DIRECT_INPUT_GRADIENT];
    const name = 'input_gradient_direct';
    return runProgram(backend, threadEach({ ...result, name, sizes, code }));
  }
  const tile = tileFor(inChannels / groups);
  const reads = { tile, left: 'inner', right: 'inner' } as const;
  const [first, ...others] = phasesOf(shape, 0).flatMap((down) =>
    phasesOf(shape, 1).map((across) => phaseProgram(shape, reads, [down, across])),
  );
  const whole = runProgram(backend, { ...first!, ...result });
  for (const phase of others) runProgram(backend, { ...phase, ...result }, whole);
  return whole;
}
