import { existsSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { startBackend } from '../src/tensor/backends.ts';
import { report, short, summarize, type Row } from './bench.lib.ts';
import { labEngine, type Engine } from './train.engines.ts';
import { NETS, type BenchNet } from './train.nets.ts';

/**
 * Training steps on one thread of wasm and on several, in turn.
 * npm run bench -- threads [THREADS [ROUNDS]]; give as many threads as there are free cores.
 */
const THREADS = [1, Number(process.argv[2] ?? 2)] as const;
const ROUNDS = Number(process.argv[3] ?? 6);
const STEPS = 5;
const TITLES = ['small CNN', 'VGG-11, width 1/4', 'ResNet-18, width 1/4'];

interface Cost {
  readonly wall: number;
  /** Processor time of all threads. */
  readonly all: number;
  /** Processor time of the lab's own thread: what is left of a step where cores are free. */
  readonly own: number;
}

/** Milliseconds that this thread has been computing: Linux tells, others do not. */
function ownTime(): number {
  const file = `/proc/self/task/${process.pid}/schedstat`;
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6 : NaN;
}

async function timeStep({ step }: Engine): Promise<{ cost: Cost; loss: number }> {
  const [wall, all, own] = [performance.now(), process.cpuUsage(), ownTime()];
  const loss = await step();
  const cost = {
    wall: performance.now() - wall,
    all: process.cpuUsage(all).user / 1000,
    own: ownTime() - own,
  };
  return { cost, loss };
}

async function benchNet(net: BenchNet): Promise<Row[]> {
  // The first start decides on the memory that all engines' numbers lie in.
  await startBackend('wasm', { threads: THREADS[1] });
  const engines = [await labEngine(net), await labEngine(net)];
  const costs = THREADS.map((): Cost[] => []);
  const losses = THREADS.map((): number[] => []);
  for (let round = -1; round < ROUNDS; round++) {
    for (const [at, engine] of engines.entries()) {
      await startBackend('wasm', { threads: THREADS[at]! });
      for (let step = 0; step < STEPS; step++) {
        const { cost, loss } = await timeStep(engine);
        losses[at]!.push(loss);
        if (round >= 0 && step > 0) costs[at]!.push(cost);
      }
    }
  }
  for (const { end } of engines) end();
  if (losses[0]!.join() !== losses[1]!.join())
    throw new Error(`${net.title}: the losses differ between the numbers of threads.`);
  const middle = (at: number, key: keyof Cost): number =>
    summarize(costs[at]!.map((cost) => cost[key])).median;
  return THREADS.map((threads, at): Row => {
    const { low, high, runs } = summarize(costs[at]!.map(({ wall }) => wall));
    return {
      net: net.title,
      batch: net.batch,
      threads,
      steps: runs,
      'median ms': short(middle(at, 'wall')),
      'quartile 1': short(low),
      'quartile 3': short(high),
      'times faster': short(middle(0, 'wall') / middle(at, 'wall')),
      'CPU ms, all threads': short(middle(at, 'all')),
      'CPU ms, own thread': short(middle(at, 'own')),
      'times faster, own thread': short(middle(0, 'own') / middle(at, 'own')),
    };
  });
}

const load = loadavg()[0]!;
const rows: Row[] = [];
for (const net of NETS.filter(({ title }) => TITLES.includes(title)))
  rows.push(...(await benchNet(net)));
console.log(
  `Load of the machine when this began: ${short(load)}, when it ended: ${short(loadavg()[0]!)}.`,
);
report('training step on wasm, 32x32x3, one thread and several', rows);
