import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { geometryCases, fixtureJson, fixturePath } from '../math/testing/fixtures.ts';
import { main } from './main.ts';

const folder = mkdtempSync(join(tmpdir(), 'norm-lab-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

interface Ran {
  readonly code: number;
  readonly data: string[];
  readonly progress: string[];
}

async function lab(...argv: string[]): Promise<Ran> {
  const data: string[] = [];
  const progress: string[] = [];
  const code = await main(argv, {
    data: (text) => data.push(text),
    progress: (text) => progress.push(text),
  });
  return { code, data, progress };
}

interface Result {
  id: string;
  l1: number;
  linf: number;
  l2: { lower: number; upper: number };
  formula1: number;
  formula2: number;
  formula3: number;
  assumption1: boolean;
  out_shape: number[];
}

async function results(...argv: string[]): Promise<Result[]> {
  const { code, data } = await lab(...argv);
  expect([code, data.length]).toEqual([0, 1]);
  return (JSON.parse(data[0]!) as { results: Result[] }).results;
}

const ONE_CASE = {
  weight_scale: 0.5,
  cases: [
    {
      id: 'a',
      in_shape: [1, 3, 3],
      out_channels: 2,
      kernel: [2, 2],
      padding: [0, 0, 0, 0],
      weight_q: [1, -2, 3, -4, 0, 0, 0, 2],
    },
  ],
};

describe('C1 lab norms', () => {
  it('gives every field of a geometry', async () => {
    const [result] = await results('norms', file('one.json', ONE_CASE));
    // By hand: column of the centre pixel 0.5·(1+2+3+4+2), row of output 0: 0.5·(1+2+3+4).
    expect(result).toMatchObject({
      id: 'a',
      l1: 6,
      linf: 5,
      formula1: 6,
      formula2: 5,
      assumption1: true,
      out_shape: [2, 2, 2],
    });
    expect(result!.formula3).toBeCloseTo(Math.sqrt(4 * 0.25 * 34), 12);
    expect(result!.l2.lower).toBeLessThanOrEqual(result!.l2.upper);
  });

  it('omits ℓ2 on request', async () => {
    const [result] = await results('norms', file('one.json', ONE_CASE), '--effort', 'none');
    expect(result!.l2).toBeNull();
  });

  it.each<[string, string, unknown, string]>([
    ['text that is not JSON', 'bad.json', '{"cases": [', 'bad.json: not JSON'],
    ['an unknown kind of JSON', 'other.json', { a: 1 }, 'neither geometries ("cases"), a layer'],
    [
      'a missing field',
      'field.json',
      { cases: [{ id: 'x' }] },
      'field cases.0.in_shape is missing.',
    ],
    [
      'a wrong number of weights',
      'count.json',
      { cases: [{ ...ONE_CASE.cases[0], weight_q: [1] }] },
      'case a: weights = 1 numbers: this geometry needs 8 ([2, 1, 2, 2]).',
    ],
    [
      'a layer of a wrong version',
      'layer.json',
      { format: 'norm-lab/layer', version: 99 },
      'version',
    ],
    [
      'bytes of an unknown format',
      'noise.bin',
      'hello',
      'are those of no format that is read here',
    ],
  ])('rejects %s with exit code 2 and one line', async (_, name, content, sentence) => {
    const { code, data, progress } = await lab('norms', file(name, content));
    expect([code, data]).toEqual([2, []]);
    expect(progress.at(-1)).toContain(sentence);
    expect(progress.at(-1)).not.toContain('\n');
  });

  it.each([
    [['norms'], 'give a file'],
    [['norms', '/does/not/exist'], '/does/not/exist: no such file.'],
    [['norms', tmpdir()], 'it is a folder'],
    [['norms', 'x', '--effort', 'some'], 'give one of full, quick, none.'],
    [['norms', 'x', '--seed'], '--seed needs a value.'],
    [['norms', 'x', '--nope'], 'unknown option --nope'],
    [
      ['constructor'],
      'unknown command constructor; the commands are norms, kde, train, resume, attack.',
    ],
  ])('refuses %o', async (argv, sentence) => {
    const { code, progress } = await lab(...argv);
    expect(code).toBe(2);
    expect(progress.at(-1)).toContain(sentence);
  });
});

describe('C2 lab --help', () => {
  it.each([['--help'], ['norms', '--help'], ['kde', '--help']])(
    'explains %s %s',
    async (...argv) => {
      const { code, data } = await lab(...argv);
      expect(code).toBe(0);
      expect(data.join('\n')).toContain('npm run --silent lab');
    },
  );
});

describe('C3 lab kde', () => {
  it('gives scipy’s figures for 1, 2, 3, 4, 10', async () => {
    const path = file('kde.json', { sets: { a: { samples: [1, 2, 3, 4, 10] } } });
    const { data } = await lab('kde', path, '--points', '200');
    const { scott } = (
      JSON.parse(data[0]!) as {
        sets: { a: { scott: Record<string, number> & { grid: number[]; density: number[] } } };
      }
    ).sets.a;
    // scipy.stats.gaussian_kde, 7 decimals.
    expect(scott['factor']).toBeCloseTo(0.7247797, 7);
    expect(scott['bandwidth']).toBeCloseTo(2.5624831, 7);
    expect([scott.grid[0], scott.grid.at(-1)].map((x) => x?.toFixed(7))).toEqual([
      '-6.6874492',
      '17.6874492',
    ]);
    expect(scott.density[100]).toBeCloseTo(0.0699438, 7);
  });

  it('reports why there is no density', async () => {
    const degenerate = {
      one: { samples: [3] },
      nan: { samples: [1, 'nan'] },
      same: { samples: [2, 2] },
    };
    const { data } = await lab('kde', file('none.json', { sets: {}, degenerate }));
    const parsed = JSON.parse(data[0]!) as {
      degenerate: Record<string, { scott: { none: string } }>;
    };
    const codes = Object.values(parsed.degenerate).map(({ scott }) => scott.none);
    expect(codes).toEqual(['too-few', 'not-finite', 'no-spread']);
  });

  it('names a sample that is not a number', async () => {
    const { code, progress } = await lab(
      'kde',
      file('word.json', { sets: { a: { samples: ['x'] } } }),
    );
    expect(code).toBe(2);
    expect(progress.at(-1)).toContain('field sets.a.samples.0');
  });
});

describe('C4 the reference files', () => {
  it('geometries: exact norms, formulas and an ℓ2 interval around NumPy’s, in order', async () => {
    const { cases } = geometryCases();
    const found = await results('norms', fixturePath('norms/conv_geometries.json'));
    expect(found.map(({ id }) => id)).toEqual(cases.map(({ id }) => id));
    const wrong = cases.filter(({ exact, paper, out_shape }, index) => {
      const result = found[index]!;
      return !(
        result.l1 === exact.l1 &&
        result.linf === exact.linf &&
        result.formula1 === paper.formula1_l1 &&
        result.formula2 === paper.formula2_linf &&
        result.assumption1 === paper.assumption1 &&
        result.out_shape.join() === out_shape.join() &&
        // NumPy's SVD is accurate to a few units of 2⁻⁵³ times the matrix side.
        result.l2.lower <= exact.l2 * (1 + 1e-12) &&
        result.l2.upper >= exact.l2 * (1 - 1e-12) &&
        result.l2.upper <= result.l2.lower * 1.001
      );
    });
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  it('a net with and without its description gives one entry per layer', async () => {
    const described = await results('norms', fixturePath('nets/mnist-bn/arch.json'));
    const guessed = await results(
      'norms',
      fixturePath('nets/mnist-bn/weights.npz'),
      '--effort=quick',
    );
    const golden = fixtureJson('nets/mnist-bn/goldens.json') as {
      layer_norms: { exact?: { l1: number }; l1?: number }[];
    };
    const truth = golden.layer_norms.map(({ exact, l1 }) => exact?.l1 ?? l1);
    // Float32 weights summed in float64 by both; only the order differs.
    described.forEach(({ l1 }, index) => expect(l1 / truth[index]!).toBeCloseTo(1, 12));
    expect(guessed.length).toBe(truth.length);
  });
});
