import { argMax, env, sign } from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { convShape } from './conv-shape.ts';
import type { ConvAttributes } from './conv-shape.ts';
import { dispose, tidy, valueAndGradients } from './engine.ts';
import type { Tensor } from './engine.ts';
import { addBias, batchNormTrain, channelMoments, relu } from './ops/channels.ts';
import { conv2d } from './ops/conv2d.ts';
import { dense } from './ops/dense.ts';
import { softmaxCrossEntropy, weightedSum } from './ops/loss.ts';
import { maxPool } from './ops/pool.ts';
import { read } from './read.ts';
import { convAnswers, wholeNumbers } from './self-test-reference.ts';
import { fromArray, fromIntegers } from './tensors.ts';

/** A kernel that gave a wrong answer, in words. */
export interface KernelFailure {
  readonly kernel: string;
  readonly detail: string;
}

/** What the self-test found on the backend in use. */
export interface SelfTestResult {
  readonly failures: readonly KernelFailure[];
  /** How many answers were compared. */
  readonly checks: number;
  readonly milliseconds: number;
}

/** One answer: the kernel that gave it, and the numbers that are right. */
interface Answer {
  readonly kernel: string;
  readonly found: Tensor;
  /** A list stands for any of several right numbers. */
  readonly expected: ArrayLike<number | readonly number[]>;
  /** Absolute; 1e-4 where the answers are whole numbers (drivers may add in any order and blend). */
  readonly tolerance?: number;
}

type Check = () => Answer[];

const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, one) => product * one, 1);

/** The value of an op and its gradients for a given output gradient. */
function withGradients(
  op: (...xs: Tensor[]) => Tensor,
  xs: Tensor[],
  dy: (shape: number[]) => Tensor,
): Tensor[] {
  const value = op(...xs);
  const { gradients } = valueAndGradients(() => weightedSum(op(...xs), dy(value.shape)), xs);
  return [value, ...gradients];
}

interface ConvTest {
  readonly name: string;
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly attributes: ConvAttributes;
}

const plainConv = { stride: [1, 1], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 1 } as const;
const CONV_TESTS: readonly ConvTest[] = [
  { name: 'Convolution', x: [2, 9, 8, 5], w: [3, 3, 5, 11], attributes: plainConv },
  {
    name: 'Strided convolution',
    x: [2, 9, 8, 4],
    w: [3, 3, 4, 9],
    attributes: { ...plainConv, stride: [2, 2] },
  },
  {
    name: 'Convolution with asymmetric padding',
    x: [1, 7, 8, 3],
    w: [3, 2, 3, 8],
    attributes: { ...plainConv, stride: [2, 1], padding: [0, 2, 1, 0] },
  },
  {
    name: 'Grouped convolution',
    x: [2, 6, 6, 16],
    w: [3, 3, 8, 16],
    attributes: { ...plainConv, groups: 2, stride: [2, 2] },
  },
  {
    name: 'Depthwise convolution',
    x: [2, 8, 8, 8],
    w: [3, 3, 1, 8],
    attributes: { ...plainConv, groups: 8 },
  },
];

function checkConv({ name, x, w, attributes }: ConvTest): Answer[] {
  const shape = convShape(x, w, attributes);
  const outShape = [shape.batch, ...shape.output, shape.outChannels];
  const values = {
    x: wholeNumbers(sizeOf(x), 1),
    w: wholeNumbers(sizeOf(w), 2),
    dy: wholeNumbers(sizeOf(outShape), 3),
  };
  const { y, dx, dw } = convAnswers(shape, values);
  const inputs = [fromArray(values.x, x), fromArray(values.w, w)];
  const found = withGradients(
    (a, b) => conv2d(a, b, attributes),
    inputs,
    () => fromArray(values.dy, outShape),
  );
  return [
    { kernel: name, found: found[0]!, expected: y },
    { kernel: `${name}, input gradient`, found: found[1]!, expected: dx },
    { kernel: `${name}, filter gradient`, found: found[2]!, expected: dw },
  ];
}

/** All numbers equal: the first of each 2×2 window takes the gradient. */
function checkPoolTies(): Answer[] {
  const x = fromArray(new Float32Array(2 * 6 * 6 * 4).fill(1), [2, 6, 6, 4]);
  const attributes = { kernel: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0] } as const;
  const [value, dx] = withGradients(
    (a) => maxPool(a, attributes),
    [x],
    (shape) => fromArray(new Float32Array(sizeOf(shape)).fill(3), shape),
  );
  const first = Float32Array.from({ length: x.size }, (_, at) => {
    const pixel = Math.floor(at / 4);
    return pixel % 2 === 0 && Math.floor(pixel / 6) % 2 === 0 ? 3 : 0;
  });
  return [
    { kernel: 'Max-pool', found: value!, expected: new Float32Array(72).fill(1) },
    { kernel: 'Max-pool gradient at ties', found: dx!, expected: first },
  ];
}

/** Logits at which a plain exp overflows, and a tie. */
function checkLoss(): Answer[] {
  const logits = fromArray([1e4, 0, -1e4, -1e4, 0, 1e4, 5, 5, 5], [3, 3]);
  const labels = fromIntegers([0, 0, 2]);
  const [value, dz] = withGradients(
    (z) => softmaxCrossEntropy(z, labels),
    [logits],
    () => fromArray([1, 1, 3], [3]),
  );
  return [
    {
      kernel: 'Softmax cross-entropy',
      found: value!,
      expected: [0, 2e4, Math.log(3)],
      tolerance: 1e-6,
    },
    {
      kernel: 'Softmax cross-entropy gradient',
      found: dz!,
      expected: [0, 0, 0, -1, 0, 1, 1, 1, -2],
      tolerance: 1e-6,
    },
  ];
}

/** Subnormal numbers may count as 0, as on GPUs; NaN never as a direction of ±1. */
function checkSign(): Answer[] {
  const found = sign(fromArray([-2, -1e-30, 0, 1e-30, 3, 1e-40, -1e-40, NaN], [8]));
  return [{ kernel: 'Sign', found, expected: [-1, -1, 0, 1, 1, [0, 1], [0, -1], [0, NaN]] }];
}

function checkArgMax(): Answer[] {
  const rows = fromArray([1, 3, 3, 0, 2, 2, 2, 2, -1, -5, -1, -1], [3, 4]) as Tensor2D;
  return [{ kernel: 'Arg-max at ties', found: argMax(rows, 1), expected: [1, 0, 0] }];
}

/** Mean 1 and 0, biased variance 4 and 9, ε = 0: all answers are exact by hand. */
function checkBatchNorm(): Answer[] {
  const x = fromArray([3, 3, -1, -3, 3, -3, -1, 3], [4, 1, 1, 2]);
  const affine = { gamma: fromArray([2, 3], [2]), beta: fromArray([5, -1], [2]) };
  const op = (input?: Tensor, gamma?: Tensor, beta?: Tensor): Tensor =>
    batchNormTrain(input!, { gamma: gamma!, beta: beta! }, channelMoments(input!), 0);
  const [value, dx, dGamma, dBeta] = withGradients(op, [x, affine.gamma, affine.beta], () =>
    fromArray([1, 0, 0, 0, 0, 0, 0, 2], [4, 1, 1, 2]),
  );
  const tolerance = 1e-5;
  return [
    { kernel: 'BatchNorm', found: value!, expected: [7, 2, 3, -4, 7, -4, 3, 2], tolerance },
    {
      kernel: 'BatchNorm input gradient',
      found: dx!,
      expected: [0.5, -1, 0, 0, -0.5, 0, 0, 1],
      tolerance,
    },
    { kernel: 'BatchNorm scale gradient', found: dGamma!, expected: [1, 2], tolerance },
    { kernel: 'BatchNorm shift gradient', found: dBeta!, expected: [1, 2], tolerance },
  ];
}

function checkRelu(): Answer[] {
  const x = fromArray([-2, 0, 3, -1, 5], [1, 5]);
  const [value, dx] = withGradients(
    (a) => relu(a),
    [x],
    () => fromArray([1, 2, 3, 4, 5], [1, 5]),
  );
  return [
    { kernel: 'ReLU', found: value!, expected: [0, 0, 3, 0, 5] },
    { kernel: 'ReLU gradient', found: dx!, expected: [0, 0, 3, 0, 5] },
  ];
}

function checkDense(): Answer[] {
  const inputs = [
    fromArray([1, 2, 3, -1, 0, 1], [2, 3]),
    fromArray([1, 4, -2, 0, 3, 1], [3, 2]),
    fromArray([1, -1], [2]),
  ];
  const op = (x?: Tensor, w?: Tensor, b?: Tensor): Tensor => addBias(dense(x!, w!), b!);
  const [value, dx, dw, db] = withGradients(op, inputs, () => fromArray([1, 0, 2, -1], [2, 2]));
  return [
    { kernel: 'Dense layer', found: value!, expected: [7, 6, 3, -4] },
    { kernel: 'Dense layer, input gradient', found: dx!, expected: [1, -2, 3, -2, -4, 5] },
    { kernel: 'Dense layer, weight gradient', found: dw!, expected: [-1, 1, 2, 0, 5, -1] },
    { kernel: 'Bias gradient', found: db!, expected: [3, -1] },
  ];
}

const CHECKS: readonly (readonly [name: string, check: Check])[] = [
  ...CONV_TESTS.map((test) => [test.name, () => checkConv(test)] as const),
  ['Max-pool', checkPoolTies],
  ['Softmax cross-entropy', checkLoss],
  ['Sign', checkSign],
  ['Arg-max', checkArgMax],
  ['BatchNorm', checkBatchNorm],
  ['ReLU', checkRelu],
  ['Dense layer', checkDense],
];

function isRight(found: number, expected: number | readonly number[], tolerance: number): boolean {
  const allowed = typeof expected === 'number' ? [expected] : expected;
  return allowed.some((one) => Object.is(found, one) || Math.abs(found - one) <= tolerance);
}

/** Where an answer is wrong first, or null. */
async function judge({
  kernel,
  found,
  expected,
  tolerance = 1e-4,
}: Answer): Promise<KernelFailure | null> {
  try {
    const values = await read(found);
    const wrong = values.findIndex((value, at) => !isRight(value, expected[at]!, tolerance));
    if (values.length === expected.length && wrong < 0) return null;
    const at = Math.max(wrong, 0);
    return { kernel, detail: `number ${at} is ${values[at]}, not ${String(expected[at])}` };
  } catch (error) {
    return { kernel, detail: `reading its answer failed: ${String(error)}` };
  }
}

/** Runs one check; what throws is a failure too. */
async function runCheck(name: string, check: Check): Promise<(KernelFailure | null)[]> {
  try {
    let answers: Answer[] = [];
    const tensors = tidy(() => {
      answers = check();
      return answers.map(({ found }) => found);
    });
    const judged = await Promise.all(answers.map(judge));
    dispose(tensors);
    return judged;
  } catch (error) {
    return [{ kernel: name, detail: error instanceof Error ? error.message : String(error) }];
  }
}

/**
 * Tests every kernel that the lab relies on, on the backend in use, against answers from plain
 * loops or worked by hand. Takes at most 300 ms once programs are compiled; leaves no tensors.
 */
export async function runSelfTest(): Promise<SelfTestResult> {
  const start = performance.now();
  const flag = 'WEBGPU_CPU_FORWARD';
  const known = flag in env().getFlags();
  const before = known ? env().getBool(flag) : false;
  // Else tfjs computes small tensors on the CPU and the GPU's kernels are never asked.
  if (known) env().set(flag, false);
  const found = (await Promise.all(CHECKS.map(([name, check]) => runCheck(name, check)))).flat();
  if (known) env().set(flag, before);
  const failures = found.filter((one) => one !== null);
  return { failures, checks: found.length, milliseconds: performance.now() - start };
}
