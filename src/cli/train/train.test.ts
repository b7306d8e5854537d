import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWeights } from '../../files/read-weights.ts';
import { startBackend } from '../../tensor/backends.ts';
import { refuseToGrow } from '../../tensor/wasm/testing/memory-limit.fake.ts';
import { main } from '../main.ts';

const LAB = fileURLToPath(new URL('../../../scripts/lab.mjs', import.meta.url));
const EXPERIMENT = {
  format: 'norm-lab/experiment',
  version: 1,
  name: 'a tiny run',
  data: { train: 60, test: 20 },
  net: { width: 0.25 },
  training: { epochs: 5, batchSize: 16 },
  regularizer: { kind: 'norm-decay-linf', beta: 0.01, mode: 'repo' },
};

let folder = '';
const path = (...names: string[]): string => join(folder, ...names);

interface Said {
  readonly code: number;
  readonly data: string;
  readonly progress: string;
}

async function lab(...argv: string[]): Promise<Said> {
  const said = { data: '', progress: '' };
  const code = await main(argv, {
    data: (text) => (said.data += `${text}\n`),
    progress: (text) => (said.progress += `${text}\n`),
  });
  return { code, ...said };
}

async function writeExperiment(name: string, change: object = {}): Promise<string> {
  await writeFile(path(name), JSON.stringify({ ...EXPERIMENT, ...change }));
  return path(name);
}

interface RunRecord {
  readonly experiment: { readonly training: object };
  readonly layers: readonly { readonly name: string }[];
  readonly epochs: readonly {
    readonly epoch: number;
    readonly testCount: number;
    readonly robust: object | null;
  }[];
  readonly norms: { readonly step: number[]; readonly l1: number[][]; readonly linf: number[][] };
  readonly history: { readonly loss: number[] };
  readonly versions: Readonly<Record<string, string>>;
}

const recordOf = async (run: string): Promise<RunRecord> =>
  JSON.parse(await readFile(path(run, 'record.json'), 'utf8')) as RunRecord;

/** Starts the real program and kills it (SIGKILL) once its checkpoint exists. */
async function killedOnce(experiment: string, out: string): Promise<void> {
  const child = spawn(process.execPath, [
    LAB,
    'train',
    experiment,
    '--out',
    out,
    '--backend',
    'wasm',
  ]);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (text: Buffer) => {
      if (text.toString().includes('epoch 2/')) resolve();
    });
    child.once('exit', () => resolve());
  });
  child.kill('SIGKILL');
  await ended;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'norm-lab-train-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('lab train and lab resume', () => {
  it('C5 write record, net and weights, and end with JSON', async () => {
    const experiment = await writeExperiment('a.json');
    const said = await lab('train', experiment, '--out', path('a'), '--backend', 'wasm');
    expect([said.code, said.progress]).toEqual([0, expect.stringContaining('epoch 5/5')]);
    const end = JSON.parse(said.data) as { end: object; step: number; layers: string[] };
    expect(end).toMatchObject({ end: { kind: 'finished' }, step: 20, steps: 20, testCount: 20 });
    const record = await recordOf('a');
    expect(record.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
    expect(record.norms.l1.length).toBe(21);
    expect(record.norms.l1[0]!.length).toBe(record.layers.length);
    expect(record.history.loss.length).toBe(20);
    expect(Object.keys(record.versions)).toEqual(['norm-lab', 'node', 'tfjs-core']);
    const bytes = new Uint8Array(await readFile(path('a', 'weights.safetensors')));
    const { tensors } = await readWeights([{ name: 'weights.safetensors', bytes }]);
    const shapes = Object.fromEntries(tensors.map(({ name, shape }) => [name, shape]));
    // PyTorch's layouts: [out, in, k1, k2] and [out, in].
    expect(shapes['conv1.weight']).toEqual([4, 3, 3, 3]);
    expect(shapes['fc.weight']).toEqual([10, 16 * 4 * 4]);
  });

  it('C5 train against an attack, and report robust accuracy', async () => {
    const experiment = await writeExperiment('at.json', {
      training: { epochs: 2, batchSize: 16 },
      data: { train: 32, test: 20 },
      adversarial: { kind: 'trades', steps: 1 },
      record: { robustSteps: 2, robustImages: 10 },
    });
    const said = await lab('train', experiment, '--out', path('at'), '--backend', 'wasm');
    expect([said.code, said.progress]).toEqual([
      0,
      expect.stringMatching(/robust .* of 10; PGD-2, linf 0.031, not AutoAttack\)/),
    ]);
    const end = JSON.parse(said.data) as { robustCorrect: number; robustCount: number };
    expect(end).toMatchObject({ robustCount: 10, robustEpoch: 2 });
    const { epochs } = await recordOf('at');
    expect(epochs.at(-1)!.robust).toEqual({ correct: end.robustCorrect, count: 10 });
  });

  it('X7 train a custom net with layers named as in PyTorch code', async () => {
    const net = {
      rows: [
        { type: 'conv2d', channels: 4, kernel: [3, 3], stride: [2, 2], bias: false },
        ...['batchnorm2d', 'relu', 'globalavgpool2d', 'flatten'].map((type) => ({ type })),
        { type: 'dense', features: 10 },
      ],
    };
    const experiment = await writeExperiment('own.json', { net, training: { epochs: 1 } });
    expect((await lab('train', experiment, '--out', path('own'), '--backend', 'wasm')).code).toBe(
      0,
    );
    const names = (await recordOf('own')).layers.map(({ name }) => name);
    expect(names).toEqual(['conv1', 'fc1']);
  });

  it('C6 give the weights of an uninterrupted run after a kill', async () => {
    const experiment = await writeExperiment('b.json');
    const whole = await lab('train', experiment, '--out', path('whole'), '--backend', 'wasm');
    expect(whole.code).toBe(0);
    await killedOnce(experiment, path('killed'));
    const resumed = await lab('resume', path('killed'), '--backend', 'wasm');
    expect(resumed.code).toBe(0);
    const [one, two] = await Promise.all(
      ['whole', 'killed'].map((run) => readFile(path(run, 'weights.safetensors'))),
    );
    expect(one!.equals(two!)).toBe(true);
    expect((await recordOf('killed')).norms).toEqual((await recordOf('whole')).norms);
  });

  it('C6 continue on the backend of the run, and warn when another is requested', async () => {
    const few = { data: { train: 8, test: 8 }, training: { epochs: 1, batchSize: 8 } };
    const experiment = await writeExperiment('cpu.json', few);
    // Not the default backend of a new run.
    await lab('train', experiment, '--out', path('cpu'), '--backend', 'cpu');
    const resumed = await lab('resume', path('cpu'));
    expect([resumed.code, resumed.progress]).toEqual([0, expect.stringContaining('backend: cpu.')]);
    const other = await lab('resume', path('cpu'), '--backend', 'wasm');
    expect(other.progress).toContain('The run was started on cpu');
  });

  it('C6 reject a damaged start.json, and say how to continue without the run’s backend', async () => {
    const few = { data: { train: 8, test: 8 }, training: { epochs: 1, batchSize: 8 } };
    await lab('train', await writeExperiment('s.json', few), '--out', path('s'));
    const resumed = async (start: string): Promise<Said> => {
      await writeFile(path('s', 'start.json'), start);
      return lab('resume', path('s'));
    };
    const cases = [
      ['{', /^lab resume: .*start\.json: not JSON \(/],
      ['null', /^lab resume: .*its start\.json is damaged; it needs "created"/],
      [
        JSON.stringify({ created: 1, backend: 'webgl', data: [] }),
        /^lab resume: the run was started on webgl\. .* "--backend \w+" continues the run/,
      ],
    ] as const;
    for (const [start, sentence] of cases) {
      const { code, progress } = await resumed(start);
      expect([code, progress]).toEqual([2, expect.stringMatching(sentence)]);
    }
  });

  it('E10 report out of memory in a sentence, and continue from the checkpoint', async () => {
    const experiment = await writeExperiment('full.json', {
      data: { train: 350, test: 10 },
      training: { epochs: 1, batchSize: 350 },
    });
    await startBackend('wasm', { threads: 'all' });
    refuseToGrow();
    const said = await lab('train', experiment, '--out', path('full'), '--backend', 'wasm');
    expect([said.code, said.data]).toEqual([2, '']);
    expect(said.progress.split('\n').at(-2)).toMatch(
      /^lab train: The memory of WebAssembly is full: .* takes less\. .* step 0; "lab resume/,
    );
    const resumed = await lab('resume', path('full'), '--backend', 'wasm');
    expect([resumed.code, JSON.parse(resumed.data)]).toMatchObject([0, { step: 1 }]);
  });

  it('C6 fall back to the previous checkpoint when the newest is damaged', async () => {
    const experiment = await writeExperiment('c.json');
    await lab('train', experiment, '--out', path('c'), '--backend', 'wasm');
    const weights = await readFile(path('c', 'weights.safetensors'));
    const bytes = await readFile(path('c', 'checkpoint.bin'));
    bytes[bytes.length - 100]! ^= 1;
    await writeFile(path('c', 'checkpoint.bin'), bytes);
    expect((await lab('resume', path('c'), '--backend', 'wasm')).code).toBe(0);
    expect((await readFile(path('c', 'weights.safetensors'))).equals(weights)).toBe(true);
  });

  it.each([
    [{ trainning: {} }, 'trainning: there is no such field; remove it.'],
    [{ training: { batchSize: 0 } }, 'training.batchSize: 0 is given; give a whole number'],
    [{ data: { source: 'mnist' } }, 'data.source is mnist: give its official files'],
    [
      { net: { rows: [{ type: 'dense', features: 10 }] } },
      'net.rows.0: Dense takes a list of numbers, but gets an image of 3×32×32; put Flatten before it.',
    ],
    [{ net: { architecture: 'lenet-4' } }, 'net.architecture: "lenet-4" is given; give small-cnn'],
  ])('C7 reject invalid values with the field’s path: %j', async (change, sentence) => {
    const experiment = await writeExperiment('bad.json', change);
    const said = await lab('train', experiment, '--out', path('bad'));
    expect([said.code, said.progress]).toEqual([2, expect.stringContaining(sentence)]);
  });

  it('C7 overwrite no folder, and name an unavailable backend', async () => {
    const experiment = await writeExperiment('d.json');
    await writeFile(path('full.txt'), '');
    const full = await lab('train', experiment, '--out', folder, '--backend', 'wasm');
    expect([full.code, full.progress]).toEqual([2, expect.stringContaining('give another folder')]);
    const none = await lab('train', experiment, '--out', path('d'), '--backend', 'webgl');
    expect([none.code, none.progress]).toEqual([2, expect.stringContaining('--backend webgl')]);
    const lost = await lab('resume', folder);
    expect([lost.code, lost.progress]).toEqual([
      2,
      expect.stringContaining('no intact checkpoint'),
    ]);
  });
});
