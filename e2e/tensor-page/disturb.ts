import { backend, matMul, relu, sum, type Tensor2D } from '@tensorflow/tfjs-core';
import { startBackend } from '../../src/tensor/backends.ts';
import { dispose, tidy, type Tensor } from '../../src/tensor/engine.ts';
import { read, readScalar } from '../../src/tensor/read.ts';
import { fromArray } from '../../src/tensor/tensors.ts';
import { deviceReason, onDeviceTrouble, type DeviceTrouble } from '../../src/tensor/device.ts';

/** Ways to disturb a device. */
export type Disturbance = 'destroy' | 'refused command';

export interface Disturbed {
  readonly trouble: DeviceTrouble | null;
  /** Milliseconds from the disturbance until it was told. */
  readonly toldAfter: number;
  /** Name of what the read under way threw, or null. */
  readonly readFailed: string | null;
  /** The same sum before, and after a new start. */
  readonly sums: readonly [number, number];
}

const SIDE = 128;

function ones(): Tensor {
  return fromArray(new Float32Array(SIDE * SIDE).fill(1), [SIDE, SIDE]);
}

/** Σ over the product of matrices of ones: SIDE³, exact in float32. */
async function total(): Promise<number> {
  const x = ones() as Tensor2D;
  const result = tidy(() => sum(matMul(x, x)));
  const value = await readScalar(result);
  dispose([x, result]);
  return value;
}

function disturbDevice(kind: Disturbance): void {
  const { device } = backend() as unknown as { device: GPUDevice };
  if (kind === 'destroy') device.destroy();
  // No usage at all: the device refuses that.
  else device.createBuffer({ size: 4, usage: 0 });
}

async function failureOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

/** Listens from now on; what was told until it is called, and when. */
function nextTrouble(): () => Pick<Disturbed, 'trouble' | 'toldAfter'> {
  const began = performance.now();
  let found: Pick<Disturbed, 'trouble' | 'toldAfter'> = { trouble: null, toldAfter: Infinity };
  const forget = onDeviceTrouble((trouble) => {
    found = { trouble, toldAfter: performance.now() - began };
  });
  return () => {
    forget();
    return found;
  };
}

export async function disturb(kind: Disturbance): Promise<Disturbed> {
  await startBackend('webgpu', { cpuForward: false });
  const before = await total();
  const x = ones() as Tensor2D;
  let product: Tensor2D = x;
  for (let time = 0; time < 20; time++) product = matMul(product, x);
  const told = nextTrouble();
  disturbDevice(kind);
  const readFailed = await failureOf(read(product));
  const found = told();
  await startBackend('webgpu', { cpuForward: false });
  return { ...found, readFailed, sums: [before, await total()] };
}

/** What became of two reads: one under way when the context was lost, and one begun afterwards. */
export interface LostContext extends Disturbed {
  readonly laterFailed: string | null;
}

/** Loses WebGL's context in the middle of a read, then restarts the backend. */
export async function loseContext(): Promise<LostContext> {
  await startBackend('webgl');
  const before = await total();
  const { gl } = (backend() as unknown as { gpgpu: { gl: WebGL2RenderingContext } }).gpgpu;
  const x = ones() as Tensor2D;
  const product = matMul(x, x);
  const told = nextTrouble();
  const underWay = failureOf(read(product));
  gl.getExtension('WEBGL_lose_context')!.loseContext();
  const readFailed = await underWay;
  const laterFailed = await failureOf(
    read(relu(product)).catch(async (error: unknown) => {
      throw await deviceReason(error);
    }),
  );
  dispose([x, product]);
  await startBackend('webgl');
  return { ...told(), readFailed, laterFailed, sums: [before, await total()] };
}
