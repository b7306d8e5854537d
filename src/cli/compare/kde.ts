import * as v from 'valibot';
import { kernelDensity, type BandwidthRule, type Density, type NoDensity } from '../../math/kde.ts';
import { UsageError, wholeNumber, type Arguments, type Command, type Output } from '../command.ts';
import { jsonOf, readInput } from '../read-file.ts';
import { issueSentence } from '../issue-sentence.ts';

/** A sample; NaN and infinities are strings, since JSON has no numbers for them. */
const sample = v.union([
  v.number(),
  v.pipe(
    v.string(),
    v.regex(/^[+-]?(nan|inf|infinity)$/i, 'must be a number, "nan" or "inf"'),
    v.transform((word) => (/nan/i.test(word) ? NaN : word.startsWith('-') ? -Infinity : Infinity)),
  ),
]);
const sets = v.record(v.string(), v.object({ samples: v.pipe(v.array(sample), v.maxLength(1e6)) }));
const document = v.object({ sets, degenerate: v.optional(sets, {}) });

const RULES = ['scott', 'silverman'] as const satisfies readonly BandwidthRule[];

function plain(result: Density | NoDensity): object {
  if (result.kind === 'none') return { none: result.code, reason: result.reason };
  const { n, factor, deviation, bandwidth, grid, density } = result;
  return { n, factor, deviation, bandwidth, grid: Array.from(grid), density: Array.from(density) };
}

function bothRules(samples: readonly number[], points: number): object {
  return Object.fromEntries(
    RULES.map((rule) => [rule, plain(kernelDensity(samples, { rule, points }))]),
  );
}

async function run(args: Arguments, output: Output): Promise<void> {
  const [path, extra] = args.files;
  if (path === undefined || extra !== undefined) throw new UsageError('give one file of samples.');
  const points = wholeNumber(args, 'points', { min: 2, max: 100_000, fallback: 41 });
  const parsed = v.safeParse(document, jsonOf(await readInput(path)));
  if (!parsed.success) throw new UsageError(`${path}: ${issueSentence(parsed.issues[0])}`);
  const each = (group: v.InferOutput<typeof sets>): object =>
    Object.fromEntries(
      Object.entries(group).map(([name, { samples }]) => [name, bothRules(samples, points)]),
    );
  const { sets: ordinary, degenerate } = parsed.output;
  output.data(
    JSON.stringify({
      format: 'norm-lab/kde',
      version: 1,
      points,
      cut: 3,
      sets: each(ordinary),
      degenerate: each(degenerate),
    }),
  );
}

/** `lab kde FILE`. */
export const kde: Command = {
  summary: 'Gaussian kernel densities of sample sets, by Scott and by Silverman',
  options: ['points'],
  run,
  help: `lab kde FILE [--points N]

  Reads {"sets": {"name": {"samples": [1, 2, 3.5]}}} (also "degenerate", alike) and prints for each
  set, by Scott's and by Silverman's rule: n, factor, standard deviation (divisor n − 1), bandwidth,
  grid and density; or, where no density exists, {"none": code, "reason": sentence}. The numbers are
  those of scipy.stats.gaussian_kde.

  --points N   points of the grid on [min − 3h, max + 3h] (default: 41)

  Example
    npm run --silent lab -- kde samples.json > densities.json`,
};
