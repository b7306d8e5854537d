import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { philox } from '../src/math/random.ts';
import { report, type Row } from './bench.lib.ts';

/** Kills of the real program, each at its own random moment, and the weights that a resume ends with. */
const KILLS = 20;
const LAB = fileURLToPath(new URL('../scripts/lab.mjs', import.meta.url));
const EXPERIMENT = {
  format: 'norm-lab/experiment',
  version: 1,
  name: 'to be killed',
  data: { train: 400, test: 100 },
  net: { width: 0.5 },
  training: { epochs: 12, batchSize: 16 },
  regularizer: { kind: 'norm-decay-linf', beta: 0.01, mode: 'repo' },
};

interface Ended {
  readonly code: number | null;
  readonly milliseconds: number;
}

/** Runs the program to its end, or kills it with no warning once it has computed for `killAfter` ms. */
function lab(args: readonly string[], killAfter = Infinity): Promise<Ended> {
  const start = performance.now();
  const child = spawn(process.execPath, [LAB, ...args, '--backend', 'wasm']);
  let timer: NodeJS.Timeout | undefined;
  child.stderr.on('data', () => {
    // Its first word comes when the backend is chosen; training begins then.
    if (killAfter < Infinity) timer ??= setTimeout(() => child.kill('SIGKILL'), killAfter);
  });
  return new Promise((resolve) => {
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve({ code, milliseconds: performance.now() - start });
    });
  });
}

const folder = await mkdtemp(join(tmpdir(), 'norm-lab-kill-'));
const experiment = join(folder, 'experiment.json');
await writeFile(experiment, JSON.stringify(EXPERIMENT));
const weightsOf = (run: string): Promise<Buffer> =>
  readFile(join(folder, run, 'weights.safetensors'));

const whole = await lab(['train', experiment, '--out', join(folder, 'whole')]);
const expected = await weightsOf('whole');
const rows: Row[] = [];
for (let kill = 1; kill <= KILLS; kill++) {
  const out = join(folder, `run${kill}`);
  const [word] = philox([kill, 0, 0, 0], [1, 2]);
  const after = Math.round((word / 2 ** 32) * whole.milliseconds * 0.55);
  const killed = await lab(['train', experiment, '--out', out], after);
  const resumed = killed.code === 0 ? killed : await lab(['resume', out]);
  const same = resumed.code === 0 && (await weightsOf(`run${kill}`)).equals(expected);
  rows.push({
    kill,
    'after ms': after,
    'it was': killed.code === 0 ? 'done already' : 'killed',
    'resume ended with': String(resumed.code),
    'final weights': same ? 'identical' : 'DIFFERENT',
  });
}
report(`${KILLS} kills of "lab train" at random moments, each resumed`, rows);
await rm(folder, { recursive: true, force: true });
if (rows.some((row) => row['final weights'] !== 'identical')) process.exitCode = 1;
