import { fillNormal } from '../../src/math/random.ts';
import { convShape, type ConvShape } from '../../src/tensor/conv-shape.ts';
import { dispose, runKernel, type Tensor } from '../../src/tensor/engine.ts';
import { CONV_FILTER_GRADIENT, CONV_INPUT_GRADIENT } from '../../src/tensor/kernel-names.ts';
import { read } from '../../src/tensor/read.ts';
import { fromArray } from '../../src/tensor/tensors.ts';
import { relativeError } from '../../src/tensor/testing/cases.ts';

/** A square convolution that keeps the size at stride 1. */
export interface ConvSize {
  readonly batch: number;
  readonly side: number;
  readonly channels: readonly [input: number, output: number];
  readonly kernel: number;
  readonly stride: number;
}

/** The lab's kernel beside tfjs's: medians in milliseconds, and how far the numbers are apart. */
export interface Comparison {
  readonly kernel: string;
  readonly lab: number;
  readonly stock: number;
  readonly difference: number;
  /** Whether the lab's kernel gave the same bits twice. */
  readonly repeats: boolean;
}

function numbers(shape: readonly number[], stream: number): Tensor {
  const count = shape.reduce((product, one) => product * one, 1);
  return fromArray(fillNormal({ seed: 1, stream }, new Float32Array(count)), shape);
}

interface Timed {
  readonly values: ArrayLike<number>[];
  readonly milliseconds: number;
}

/** Runs a kernel again and again, read out each time; the first run compiles and is not timed. */
async function timed(run: () => Tensor, times: number): Promise<Timed> {
  const values: ArrayLike<number>[] = [];
  const spans: number[] = [];
  for (let time = 0; time <= times; time++) {
    const began = performance.now();
    const result = run();
    values.push(await read(result));
    spans.push(performance.now() - began);
    dispose(result);
  }
  const sorted = spans.slice(1).sort((a, b) => a - b);
  return { values, milliseconds: sorted[Math.floor(sorted.length / 2)]! };
}

async function beside(
  kernel: string,
  runs: { lab: () => Tensor; stock: () => Tensor },
  times: number,
): Promise<Comparison> {
  const [lab, stock] = [await timed(runs.lab, times), await timed(runs.stock, times)];
  return {
    kernel,
    lab: lab.milliseconds,
    stock: stock.milliseconds,
    difference: relativeError(lab.values[0]!, stock.values[0]!),
    repeats: relativeError(lab.values[0]!, lab.values[1]!) === 0,
  };
}

function shapeOf({
  batch,
  side,
  channels: [inputs, outputs],
  kernel,
  stride,
}: ConvSize): ConvShape {
  const margin = (kernel - 1) / 2;
  return convShape([batch, side, side, inputs], [kernel, kernel, inputs, outputs], {
    stride: [stride, stride],
    dilation: [1, 1],
    groups: 1,
    padding: [margin, margin, margin, margin],
  });
}

export async function compareConv(size: ConvSize, times: number): Promise<Comparison[]> {
  const shape = shapeOf(size);
  const { batch, input, output, inChannels, outChannels, kernel, padding } = shape;
  const [xShape, filterShape] = [
    [batch, ...input, inChannels],
    [...kernel, inChannels, outChannels],
  ];
  const x = numbers(xShape, 0);
  const w = numbers(filterShape, 1);
  const dy = numbers([batch, ...output, outChannels], 2);
  const margin = padding[0];
  const pad = [
    [0, 0],
    [margin, margin],
    [margin, margin],
    [0, 0],
  ];
  const stock = { strides: [...shape.stride], pad, dataFormat: 'NHWC' };
  const filter = await beside(
    'filter gradient',
    {
      lab: () => runKernel(CONV_FILTER_GRADIENT, { x, dy }, shape),
      stock: () => runKernel('Conv2DBackpropFilter', { x, dy }, { ...stock, filterShape }),
    },
    times,
  );
  const inputs = await beside(
    'input gradient',
    {
      lab: () => runKernel(CONV_INPUT_GRADIENT, { dy, w }, shape),
      stock: () =>
        runKernel('Conv2DBackpropInput', { dy, filter: w }, { ...stock, inputShape: xShape }),
    },
    times,
  );
  dispose([x, w, dy]);
  return [filter, inputs];
}
