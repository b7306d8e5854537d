import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

/** Workgroups along one axis of a dispatch: half of what every WebGPU device grants. */
const LONGEST_AXIS = 32768;

/** A WGSL program over tensors; `result` and the inputs' names are its storage arrays. */
export interface Program {
  /** Programs of one name have one code: it is compiled once for all sizes. */
  readonly name: string;
  /** Read as `uniforms.name`, i32. */
  readonly sizes: Readonly<Record<string, number>>;
  /** The same for numbers of the op, f32. */
  readonly factors?: Readonly<Record<string, number>>;
  /** Declarations and `fn main()`; `workgroupNumber()` and `threadNumber()` are there. */
  readonly code: string;
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly shape: readonly number[];
  readonly workgroups: number;
  /** Threads of a workgroup. */
  readonly threads: number;
}

/** Numbers of the workgroup and the thread among all; some may be beyond what was asked for. */
const places = (threads: number): string => `
fn workgroupNumber() -> i32 { return i32(workgroupId.x + workgroupId.y * numWorkgroups.x); }
fn threadNumber() -> i32 { return workgroupNumber() * ${threads} + i32(localIndex); }
`;

/** Smallest whole number of pieces of a size that covers a length. */
export function piecesOf(length: number, size: number): number {
  return Math.ceil(length / size);
}

/** Two axes at least: tfjs writes its helper functions for a layout that names all axes. */
function paddedShape(shape: readonly number[]): number[] {
  return [...new Array<number>(Math.max(0, 2 - shape.length)).fill(1), ...shape];
}

/**
 * Runs a program; the caller disposes of the result.
 *
 * @param into A tensor of the same shape to write to, instead of a new one.
 */
export function runProgram(backend: unknown, program: Program, into?: TensorInfo): TensorInfo {
  const { name, sizes, factors = {}, inputs, workgroups, threads } = program;
  const outputShape = paddedShape(program.shape);
  const axes = outputShape.map((_, axis) => axis);
  const across = Math.min(workgroups, LONGEST_AXIS);
  const numbers = [
    ...Object.keys(sizes).map((one) => `${one} : i32`),
    ...Object.keys(factors).map((one) => `${one} : f32`),
  ];
  const info = (backend as WebGPUBackend).runWebGPUProgram(
    {
      variableNames: Object.keys(inputs),
      outputShape,
      shaderKey: `lab_${name}`,
      dispatchLayout: { x: axes.slice(1), y: axes.slice(0, 1) },
      dispatch: [across, piecesOf(workgroups, across), 1],
      workgroupSize: [threads, 1, 1],
      uniforms: numbers.map((one) => `${one}, `).join(''),
      getUserCode: () => places(threads) + program.code,
    },
    Object.values(inputs),
    'float32',
    [
      ...Object.values(sizes).map((value) => ({ type: 'int32', data: [value] })),
      ...Object.values(factors).map((value) => ({ type: 'float32', data: [value] })),
    ],
    into,
  );
  return { ...info, shape: [...program.shape] };
}

/** Threads of a workgroup where each works alone. */
const ALONE = 64;

/** A program with a thread for each number of its result. */
export function threadEach(program: Omit<Program, 'workgroups' | 'threads'>): Program {
  const count = program.shape.reduce((product, length) => product * length, 1);
  return { ...program, workgroups: piecesOf(count, ALONE), threads: ALONE };
}
