import { attackVerdicts, type AttackFlags, type VerdictPlan } from './attack-verdicts.ts';
import { compareConv, type Comparison, type ConvSize } from './compare-conv.ts';
import { fillPool, type Filled } from './fill-pool.ts';
import {
  disturb,
  loseContext,
  type Disturbance,
  type Disturbed,
  type LostContext,
} from './disturb.ts';
import type { BackendName } from '../../src/tensor/backend-names.ts';
import { probeBackends } from '../../src/tensor/backend-probes.ts';
import { startBackend } from '../../src/tensor/backends.ts';
import { memory } from '../../src/tensor/engine.ts';
import { runSelfTest, type SelfTestResult } from '../../src/tensor/self-test.ts';
import { OP_CASES } from '../../src/tensor/testing/cases.ts';
import { GPU_CASES } from '../../src/tensor/testing/gpu-cases.ts';
import { runCase, type CaseErrors } from '../../src/tensor/testing/run-case.ts';
import { BUNDLED_WASM } from '../../src/tensor/wasm-binary.ts';

/** Cases on one backend. */
export interface ParityRun {
  readonly cases: readonly CaseErrors[];
  /** Tensors that the cases left behind. */
  readonly tensorsLeft: number;
}

/** What the page can be asked from outside. */
export interface TensorBench {
  /** Backends that are not absent here. */
  readonly present: () => Promise<BackendName[]>;
  readonly start: (backend: BackendName) => Promise<void>;
  /** Runs every op case, or those that take different paths on a GPU, on the backend in use. */
  readonly parity: (cases: 'all' | 'gpu paths') => Promise<ParityRun>;
  /** Results of several self-tests in a row; the first one compiles. */
  readonly selfTests: (times: number) => Promise<SelfTestResult[]>;
  /** Disturbs WebGPU's device in the middle of a run, then restarts it. */
  readonly disturb: (kind: Disturbance) => Promise<Disturbed>;
  /** Loses WebGL's context in the middle of a read, then restarts the backend. */
  readonly loseContext: () => Promise<LostContext>;
  /** Computes on arrays of many sizes, on the WebGPU backend in use. */
  readonly fillPool: (count: number, largest: number) => Promise<Filled>;
  /** The lab's gradients of a convolution in one group beside tfjs's own, on the backend in use. */
  readonly compareConv: (size: ConvSize, times: number) => Promise<Comparison[]>;
  /** Which images of a small set resist each attack, on the backend in use. */
  readonly attackVerdicts: (plan: VerdictPlan) => Promise<AttackFlags>;
}

async function present(): Promise<BackendName[]> {
  const probes = await probeBackends();
  return probes.filter(({ state }) => state !== 'absent').map(({ name }) => name);
}

async function start(backend: BackendName): Promise<void> {
  await startBackend(backend, { wasmBinary: BUNDLED_WASM, cpuForward: false });
}

async function parity(wanted: 'all' | 'gpu paths'): Promise<ParityRun> {
  const before = memory().numTensors;
  const cases: CaseErrors[] = [];
  for (const one of wanted === 'all' ? OP_CASES : GPU_CASES) cases.push(await runCase(one));
  return { cases, tensorsLeft: memory().numTensors - before };
}

async function selfTests(times: number): Promise<SelfTestResult[]> {
  const results: SelfTestResult[] = [];
  for (let time = 0; time < times; time++) results.push(await runSelfTest());
  return results;
}

const bench: TensorBench = {
  present,
  start,
  parity,
  selfTests,
  compareConv,
  disturb,
  loseContext,
  fillPool,
  attackVerdicts,
};
(window as unknown as { tensorBench: TensorBench }).tensorBench = bench;
