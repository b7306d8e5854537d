import { startBackend } from '../src/tensor/backends.ts';
import { labEngine } from './train.engines.ts';
import { NETS } from './train.nets.ts';
import { summarize } from './lib.ts';
const only = process.argv.slice(2);
await startBackend('wasm', { threads: 2 });
for (const net of NETS.filter((n) => only.includes(n.title))) {
  await startBackend('wasm', { threads: 2 });
  const e = await labEngine(net);
  const t = [1, 2].map(() => [] as number[]), c = [1, 2].map(() => [] as number[]), l = [1, 2].map(() => [] as number[]);
  for (let round = 0; round < 6; round++) {
    for (const threads of [1, 2]) {
      console.error(await startBackend('wasm', { threads }));
      for (let i = 0; i < 6; i++) {
        const s = performance.now(), cpu = process.cpuUsage();
        await e.step();
        if (round > 0 && i>0) { t[threads - 1]!.push(performance.now() - s); c[threads - 1]!.push(process.cpuUsage(cpu).user / 1000); }
      }
    }
  }
  console.log(net.title, t.map((x) => summarize(x)), c.map((x) => summarize(x)));
}
