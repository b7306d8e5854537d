import { loadavg } from 'node:os';
import { report, short, summarize, type Row } from './bench.lib.ts';
import { labEngine, stockEngine } from './train.engines.ts';
import type { Engine } from './train.engines.ts';
import { NETS } from './train.nets.ts';
import type { BenchNet } from './train.nets.ts';
import { hasTorch } from './torch.run.ts';
import { trainInTorch } from './train.torch.ts';

/** What an engine did: times without the warm-up, losses with it. */
interface Run {
  readonly name: string;
  readonly times: number[];
  /** Processor time of the same steps: what a step costs when others share the machine. */
  readonly cpu: number[];
  readonly losses: number[];
}

/** Steps that warm up compilers and caches, steps that are timed, and rounds that they are cut into. */
const WARM_UP = { 'lab, wasm': 6, 'stock tfjs, cpu': 1 } as Readonly<Record<string, number>>;
const STEPS = { 'lab, wasm': 24, 'stock tfjs, cpu': 3 } as Readonly<Record<string, number>>;
const ROUNDS = 3;
const TORCH = { steps: 24, warmUp: 6 };
/** float32 sums in another order, over some steps. */
const LOSS_TOLERANCE = 1e-4;
const NOT_MEASURED = 'not measured';

/** One step, with what it cost. */
async function timeStep({ step }: Engine): Promise<{ time: number; cpu: number; loss: number }> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const loss = await step();
  const time = performance.now() - start;
  return { time, cpu: process.cpuUsage(cpu).user / 1000, loss };
}

/** Steps of every engine in turn, so that noise of the machine meets all alike. */
async function runAll(engines: readonly Engine[]): Promise<Run[]> {
  const runs = engines.map(({ name }): Run => ({ name, times: [], cpu: [], losses: [] }));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [at, engine] of engines.entries()) {
      await engine.enter();
      const { name, times, cpu, losses } = runs[at]!;
      const count = round === 0 ? WARM_UP[name]! : Math.ceil(STEPS[name]! / ROUNDS);
      for (let step = 0; step < count; step++) {
        const one = await timeStep(engine);
        losses.push(one.loss);
        if (round === 0) continue;
        times.push(one.time);
        cpu.push(one.cpu);
      }
    }
  }
  return runs;
}

async function enginesFor(one: BenchNet): Promise<Engine[]> {
  return [await labEngine(one), ...(one.withStock ? [await stockEngine(one)] : [])];
}

/** Largest relative difference of the losses that both saw. */
function lossDifference(a: readonly number[], b: readonly number[]): number {
  const common = Math.min(a.length, b.length);
  return Math.max(...a.slice(0, common).map((loss, at) => Math.abs(loss / b[at]! - 1)));
}

const median = (times: readonly number[]): number => summarize(times).median;

function rowOf({ title, batch }: BenchNet, run: Run, lab: Run): Row {
  const { median: middle, low, high, runs } = summarize(run.times);
  const isLab = run === lab;
  return {
    net: title,
    batch,
    engine: run.name,
    steps: runs,
    'median ms': short(middle),
    'quartile 1': short(low),
    'quartile 3': short(high),
    'CPU ms': run.cpu.length === 0 ? NOT_MEASURED : short(median(run.cpu)),
    'times the lab': short(middle / median(lab.times)),
    'loss difference': isLab ? '' : short(lossDifference(run.losses, lab.losses)),
  };
}

/** All engines on one net. */
async function benchNet(one: BenchNet, withTorch: boolean): Promise<Row[]> {
  const engines = await enginesFor(one);
  const runs = await runAll(engines);
  for (const engine of engines) {
    await engine.enter();
    engine.end();
  }
  if (withTorch) {
    const { version, times, losses } = trainInTorch(one, TORCH);
    runs.push({ name: `PyTorch ${version}, one thread`, times, cpu: [], losses });
  }
  for (const { name, losses } of runs) {
    const difference = lossDifference(losses, runs[0]!.losses);
    if (!(difference <= LOSS_TOLERANCE))
      throw new Error(
        `${one.title}: the losses of ${name} differ by ${difference} from the lab's.`,
      );
  }
  return runs.map((run) => rowOf(one, run, runs[0]!));
}

const withTorch = hasTorch();
const load = loadavg()[0]!;
const rows: Row[] = [];
for (const one of NETS) rows.push(...(await benchNet(one, withTorch)));
console.log(
  [
    `Load of the machine when this began: ${short(load)}. Ratios are of medians.`,
    'Stock tfjs on cpu is timed for the small CNN alone: on the others it is too slow to wait for.',
    'Stock tfjs on WebGPU: not measured here.',
    withTorch
      ? 'PyTorch was timed in this run, on one thread.'
      : 'PyTorch: not measured, since the Python on the path has none.',
  ].join('\n'),
);
report('training step, 32x32x3', rows);
