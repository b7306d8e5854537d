import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWeights } from '../../files/read-weights.ts';
import { fixtureJson, fixturePath } from '../../math/testing/fixtures.ts';
import { main } from '../main.ts';
import {
  bytesOf,
  labelOf,
  linearNet,
  logitsOf,
  PIXELS,
  writeLinearNet,
  writeImages as writeImagesTo,
  type LinearNet,
} from '../testing/linear-net.oracle.ts';

const LAB = fileURLToPath(new URL('../../../scripts/lab.mjs', import.meta.url));

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

interface Document {
  readonly finished: boolean;
  readonly flags: { readonly clean: string; readonly robust: string };
  readonly attacks: readonly { readonly attacked?: number; readonly flags: string }[];
  readonly robust: { readonly rate: number; readonly interval: { readonly lower: number } };
  readonly images: readonly { readonly index: number; readonly brokenBy: object | null }[];
  readonly seconds: number;
}

const parsed = (text: string): Document => JSON.parse(text) as Document;
const readDocument = async (name: string): Promise<Document> =>
  parsed(await readFile(path(name), 'utf8'));

const writeNet = (name: string, net: LinearNet): Promise<void> => writeLinearNet(folder, name, net);
const writeImages = (name: string, set: Parameters<typeof writeImagesTo>[1]): Promise<void> =>
  writeImagesTo(path(name), set);

const NET = linearNet(2);
const COUNT = 30;
const right = (net: LinearNet, count = COUNT): number[] =>
  Array.from({ length: count }, (_, n) => labelOf(net, n));

/** The attack command on the net `linear`. */
const attackLinear = (...more: string[]): Promise<Said> =>
  lab(
    'attack',
    path('linear.json'),
    path('linear.safetensors'),
    '--data',
    path('pictures.st'),
    '--backend',
    'wasm',
    ...more,
  );

const SHORT = ['--attack', 'apgd-ce', '--set', 'iterations=20', '--eps', '0.05'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'norm-lab-attack-'));
  await writeNet('linear', NET);
  await writeImages('pictures.st', { labels: right(NET) });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('C8 lab attack', () => {
  it('breaks exactly the images of a linear net that can be broken within ε, and writes flags', async () => {
    const { code, data, progress } = await attackLinear(...SHORT);
    expect(code).toBe(0);
    const document = parsed(data);
    const [a, b] = NET.weights as [readonly number[], readonly number[]];
    // ε‖w_y − w_c‖₁ is the largest decrease of a margin within an ℓ∞ ball.
    const reach = 0.05 * a.reduce((sum, one, i) => sum + Math.abs(one - b[i]!), 0);
    const bits = right(NET).map((_, n) => {
      const [one = 0, two = 0] = logitsOf(NET, n);
      return Math.abs(one - two) > reach ? '1' : '0';
    });
    expect(document.flags.robust).toBe(bits.join(''));
    expect(new Set(bits).size).toBe(2);
    expect(document.flags.clean).toBe('1'.repeat(COUNT));
    expect(document).toMatchObject({ format: 'norm-lab/evaluation', finished: true, n: COUNT });
    expect(progress).toMatch(/after apgd-ce: .* of 30, 95 %/);
  });

  it('writes --out and images that NumPy reads', async () => {
    const [out, npz] = [path('a.json'), path('a.npz')];
    const said = await attackLinear(...SHORT, '--out', out, '--save-images', npz);
    expect(said.code).toBe(0);
    const document = await readDocument('a.json');
    const end = JSON.parse(said.data) as object;
    expect(end).toMatchObject({ out, finished: true, robust: document.robust });
    const bytes = new Uint8Array(await readFile(npz));
    const { tensors, skipped } = await readWeights([{ name: 'a.npz', bytes }]);
    expect(tensors.map(({ name, shape }) => [name, shape])).toEqual([
      ['clean', [COUNT, 2, 2, 1]],
      ['adversarial', [COUNT, 2, 2, 1]],
    ]);
    // Labels and indices are int32, which the weight reader does not accept.
    expect(skipped.map(({ name, reason }) => [name, reason.includes('I32')])).toEqual([
      ['labels', true],
      ['index', true],
    ]);
    const [clean, adversarial] = tensors.map((one) => one.data);
    document.images.forEach(({ brokenBy }, n) => {
      const [from, to] = [n * PIXELS, (n + 1) * PIXELS];
      const moved = adversarial!.slice(from, to).some((one, i) => one !== clean![from + i]);
      expect(moved).toBe(brokenBy !== null);
    });
  });

  it.each([
    ['[n, h, w, c]', [2, 2, 2, 1]],
    ['[n, c, h, w]', [2, 1, 2, 2]],
  ])('accepts images of shape %s', async (_, shape) => {
    await writeImages('shaped.st', { labels: right(NET, 2), shape });
    const { data } = await attackLinear(...SHORT, '--data', path('shaped.st'));
    const { flags } = parsed((await attackLinear(...SHORT, '--images', '2')).data);
    expect(parsed(data).flags).toEqual(flags);
  });

  it('adds the trust card on --trust', async () => {
    const said = await attackLinear(...SHORT, '--images', '6', '--trust');
    expect(said.progress).toMatch(/trust: \d+ checks passed, \d+ failed, \d+ not run/);
    const { trust } = JSON.parse(said.data) as { trust: { id: string; state: string }[] };
    expect(trust.length).toBeGreaterThanOrEqual(15);
  });

  it('reads a plan from a file, and weights from the description’s folder', async () => {
    const plan = {
      format: 'norm-lab/attack',
      version: 1,
      attack: { kind: 'pgd', steps: 5 },
      threat: { norm: 'l2', eps: 0.1 },
      images: { source: 'shapes', from: 3, count: 4 },
    };
    await writeFile(path('plan.json'), JSON.stringify(plan));
    const said = await attackLinear('--attack', path('plan.json'));
    const { images, attacks } = parsed(said.data);
    expect(images.map(({ index }) => index)).toEqual([3, 4, 5, 6]);
    expect(attacks).toMatchObject([{ kind: 'pgd', settings: { steps: 5, counts: 'any' } }]);
  });

  it('attacks a run made by lab train on its own images', async () => {
    const experiment = {
      format: 'norm-lab/experiment',
      version: 1,
      data: { train: 20, test: 10 },
      net: { width: 0.25 },
      training: { epochs: 1, batchSize: 10 },
    };
    await writeFile(path('experiment.json'), JSON.stringify(experiment));
    const trained = await lab(
      'train',
      path('experiment.json'),
      '--out',
      path('run'),
      '--backend',
      'wasm',
    );
    expect(trained.code).toBe(0);
    const said = await lab('attack', path('run'), ...SHORT, '--images', '6', '--backend', 'wasm');
    expect([said.code, JSON.parse(said.data)]).toMatchObject([
      0,
      { n: 6, net: { kind: 'run', name: 'run' }, plan: { images: { source: 'shapes', seed: 1 } } },
    ]);
  });

  it('gives the reference’s flags on a reference net', async () => {
    const { data } = await lab(
      'attack',
      fixturePath('nets/mnist-plain/arch.json'),
      '--backend',
      'wasm',
      '--data',
      fixturePath('data/mnist_test_0_499.safetensors'),
      '--images',
      '24',
      '--attack',
      'apgd-ce',
      '--eps',
      '0.1',
    );
    const golden = fixtureJson('aa/mnist-plain_Linf_eps0.1_seed0.json') as {
      individual: Record<string, { bitmap: string }>;
    };
    const bitmap = golden.individual['apgd-ce']!.bitmap.slice(0, 24);
    const differing = Array.from(parsed(data).flags.robust).filter((bit, n) => bit !== bitmap[n]);
    // The reference's own seeds differ in 2 of 500.
    expect(differing.length).toBeLessThanOrEqual(1);
  });
});

const MANY = 1024;

/** Starts the real program and kills it (SIGKILL) once its file contains a first attack. */
async function killedOnce(args: readonly string[], out: string): Promise<void> {
  const child = spawn(process.execPath, [LAB, ...args, '--out', out]);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let over = false;
  child.once('exit', () => (over = true));
  while (!over) {
    const text = await readFile(out, 'utf8').catch(() => '');
    if (text !== '' && (parsed(text).attacks[0]!.attacked ?? 0) > 0) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  child.kill('SIGKILL');
  await ended;
}

describe('C9 an evaluation that was killed', () => {
  it('and resumed with --resume ends with the same flags, verdicts and images', async () => {
    const net = linearNet(4);
    await writeNet('four', net);
    await writeImages('many.st', { labels: right(net, MANY) });
    const args = [
      'attack',
      path('four.json'),
      path('four.safetensors'),
      '--data',
      path('many.st'),
      '--attack',
      'apgd-t',
      '--set',
      'iterations=90',
      '--eps',
      '0.04',
      '--images',
      '1024',
      '--backend',
      'wasm',
    ];
    const whole = await lab(...args, '--out', path('whole.json'), '--save-images', path('w.npz'));
    expect(whole.code).toBe(0);
    await killedOnce(args, path('killed.json'));
    expect((await readDocument('killed.json')).finished).toBe(false);
    const resumed = await lab(
      ...args,
      '--out',
      path('killed.json'),
      '--resume',
      '--save-images',
      path('k.npz'),
    );
    expect([resumed.code, resumed.progress]).toEqual([0, expect.stringContaining('robust: ')]);
    const [one, two] = await Promise.all(['whole.json', 'killed.json'].map(readDocument));
    expect(two!.images).toEqual(one!.images);
    expect(two!.flags).toEqual(one!.flags);
    expect(new Set(one!.flags.robust).size).toBe(2);
    const [w, k] = await Promise.all(['w.npz', 'k.npz'].map((name) => readFile(path(name))));
    expect(k!.equals(w!)).toBe(true);
    // A finished evaluation is reported again without computing.
    const again = await lab(...args, '--out', path('killed.json'), '--resume');
    expect(again.code).toBe(0);
    expect((await readDocument('killed.json')).images).toEqual(one!.images);
  });
});

describe('C10 invalid input', () => {
  it.each<[string[], string]>([
    [['--eps', 'much'], '--eps much: give a number such as 0.1, or a fraction'],
    [['--eps', '-1'], 'threat.eps: -1 is given'],
    [['--norm', 'l3'], 'threat.norm: "l3" is given; give linf, l2, l1.'],
    [['--attack', 'square', '--norm', 'l1'], 'threat.norm: Square is for ℓ∞ and ℓ2'],
    [['--attack', 'cw'], '--attack cw: give one of standard, plus, rand, repo'],
    [['--attack', 'standard', '--set', 'iterations=3'], 'has no settings; choose a single attack'],
    [['--set', 'iterations=0'], 'attack.iterations: 0 is given'],
    [
      ['--set', 'steps=3'],
      '--set steps=3: apgd-ce has the settings iterations, restarts, rho, eot',
    ],
    [['--images', '5:5'], '--images 5:5: give a range'],
    [
      ['--images', '0:31'],
      '--images 0:31: pictures.st has 30 test images, the last of them is number 29',
    ],
    [['--seed', 'x'], '--seed x: give a whole number from 0 to'],
    [['--data-seed', '3'], '--data-seed: only generated images have a seed'],
    [['--resume'], '--resume: give the evaluation’s file with --out FILE'],
    [['--backend', 'webgl'], '--backend webgl: give one of'],
    [
      ['--data', 'shapes'],
      '--data: the net takes images of 2×2 with 1 channel, these have 32×32 with 3 channels',
    ],
  ])('is rejected with one sentence: %j', async (change, sentence) => {
    const [first] = change;
    const rest = first === '--attack' ? [] : ['--attack', 'apgd-ce'];
    const said = await attackLinear(...rest, ...change);
    expect([said.code, said.data]).toEqual([2, '']);
    expect(said.progress.trimEnd().split('\n').at(-1)).toContain(sentence);
  });

  it('names incompatible nets and images, and weights that are not finite', async () => {
    const cases: [() => Promise<Said>, string][] = [
      [() => lab('attack'), 'give a net'],
      [() => lab('attack', path('absent')), 'no such file'],
      [() => lab('attack', path('linear.json'), '--data', 'shapes'), 'no weights.safetensors or'],
      [() => lab('attack', path('pictures.st'), '--data', 'shapes'), 'not a net description'],
      [() => lab('attack', path('linear.json'), path('linear.safetensors')), '--data is missing'],
    ];
    for (const [run, sentence] of cases) {
      const said = await run();
      expect([said.code, said.progress]).toEqual([2, expect.stringContaining(sentence)]);
    }
    await writeNet('nan', { weights: [[NaN, 0, 0, 0], NET.weights[1]!] });
    const files = [path('nan.json'), path('nan.safetensors')];
    const broken = await lab('attack', ...files, '--data', path('pictures.st'), ...SHORT);
    expect([broken.code, broken.progress]).toEqual([2, expect.stringContaining('may be broken')]);
    const foreign = await lab('attack', path('linear.json'), path('nan.json'), '--data', 'shapes');
    expect(foreign.code).toBe(2);
    await writeImages('labels.st', { labels: [0, 1, 2] });
    const labels = await attackLinear(...SHORT, '--data', path('labels.st'));
    expect([labels.code, labels.progress]).toEqual([
      2,
      expect.stringContaining(
        'there are images of class 2 (2), but the net has the classes 0 to 1',
      ),
    ]);
  });

  it('is rejected by --resume: other weights, images or plan, a damaged file, another file', async () => {
    const out = path('state.json');
    expect((await attackLinear(...SHORT, '--out', out)).code).toBe(0);
    const refuse = async (sentence: string, ...more: string[]): Promise<void> => {
      const said = await attackLinear(...SHORT, '--out', out, '--resume', ...more);
      expect([said.code, said.progress]).toEqual([2, expect.stringContaining(sentence)]);
    };
    await refuse('its plan has a different threat.eps', '--eps', '0.06');
    await refuse('its plan has a different seed', '--seed', '1');
    await refuse('it was computed by wasm', '--backend', 'cpu');
    await writeImages('other.st', { labels: right(NET).map((one) => 1 - one) });
    await refuse('it is of other images', '--data', path('other.st'));
    const text = await readFile(out, 'utf8');
    await writeFile(out, text.replace('"broken":', '"broken":1'));
    await refuse('the checksum does not match');
    await writeFile(out, text.slice(0, -100));
    await refuse('not JSON');
    await writeFile(out, '{"format":"norm-lab/run"}');
    await refuse('it is not an evaluation of this lab');
    const there = await attackLinear(...SHORT, '--out', out);
    expect([there.code, there.progress]).toEqual([2, expect.stringContaining('the file exists')]);
  });
});

describe('C11 extreme settings', () => {
  const robust = async (...more: string[]): Promise<string> =>
    parsed((await attackLinear(...SHORT, ...more)).data).flags.robust;

  it('ε 0 breaks no image, ε 1 every image that can be broken', async () => {
    expect(await robust('--eps', '0')).toBe('1'.repeat(COUNT));
    expect(await robust('--eps', '1')).toBe('0'.repeat(COUNT));
  });

  it('one image, and images of a single class', async () => {
    expect(await robust('--images', '4:5')).toMatch(/^[01]$/);
    const ones = Array.from({ length: COUNT }, (_, n) => n).filter((n) => labelOf(NET, n) === 1);
    await writeImages('ones.st', {
      labels: ones.map(() => 1),
      images: ones.flatMap(bytesOf),
    });
    expect(await robust('--data', path('ones.st'), '--eps', '0')).toBe('1'.repeat(ones.length));
  });

  it.each([2, 3])('the standard list on a net of %i classes', async (classes) => {
    const net = linearNet(classes);
    await writeNet(`c${classes}`, net);
    const files = [path(`c${classes}.json`), path(`c${classes}.safetensors`)];
    await writeImages(`c${classes}.st`, { labels: right(net, 4) });
    const { data } = await lab(
      'attack',
      ...files,
      '--data',
      path(`c${classes}.st`),
      '--eps',
      '1',
      '--backend',
      'wasm',
    );
    expect(parsed(data).flags).toEqual({ clean: '1111', robust: '0000' });
  });
});
