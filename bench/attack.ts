import { parseArgs } from 'node:util';
import { memory } from '../src/tensor/engine.ts';
import { startBackend } from '../src/tensor/backends.ts';
import { measure, openTargets, referenceNames, referenceRun, STANDARD } from './attack.fixtures.ts';
import { report, short, type Row } from './bench.lib.ts';

/** A whole AutoAttack for each net: the cheapest file of each that runs all four attacks. */
const DEFAULT = ['mnist-plain_Linf_eps0.1_seed0', 'mnist-at_L2_eps1.0_seed0'];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    backend: { type: 'string', default: 'wasm' },
    /** wasm's threads: as many as there are cores unless told. */
    threads: { type: 'string' },
  },
});
if (values.backend !== 'wasm' && values.backend !== 'cpu')
  throw new RangeError(`--backend ${values.backend}: give wasm or cpu.`);
const threads = values.threads === undefined ? 'all' : Number(values.threads);
const words = (await startBackend(values.backend, { threads })) ?? values.backend;
const targets = await openTargets();
const names = values.only === undefined ? DEFAULT : referenceNames(values.only);
const rows: Row[] = [];
const mb = (bytes: number): number => Math.round(bytes / 1e5) / 10;
for (const name of names) {
  const run = referenceRun(name);
  const before = { ...memory() };
  let peak = 0;
  const found = await measure(targets[run.net], run, {
    attacks: STANDARD,
    look: () => (peak = Math.max(peak, process.memoryUsage().rss)),
  });
  const after = memory();
  const flat = after.numTensors === before.numTensors && after.numBytes === before.numBytes;
  if (!flat) process.exitCode = 1;
  for (const { tally, cpuSeconds, seconds } of found.stages) {
    const { kind, attacked, passes } = tally;
    const reference = run.standard.cumulative[kind]?.cpu_s ?? NaN;
    rows.push({
      run: name,
      attack: kind,
      images: attacked,
      'forward/image': short(passes.forward / Math.max(1, attacked)),
      'backward/image': short(passes.backward / Math.max(1, attacked)),
      'wall s': short(seconds),
      'CPU s': short(cpuSeconds),
      'reference CPU s': reference,
      'wall / reference': short(seconds / reference),
      'CPU / reference': short(cpuSeconds / reference),
    });
  }
  rows.push({
    run: name,
    attack: 'all',
    images: found.verdicts.length,
    'wall s': short(found.seconds),
    'CPU s': short(found.cpuSeconds),
    'reference CPU s': run.standard.cpu_s,
    'wall / reference': short(found.seconds / run.standard.cpu_s),
    'CPU / reference': short(found.cpuSeconds / run.standard.cpu_s),
    'tensors flat': flat ? `yes (${after.numTensors}, ${after.numBytes} bytes)` : 'NO',
    'peak process MB': mb(peak),
  });
}
report(`AutoAttack against the reference's CPU seconds on one thread. ${words}`, rows);
