import { spawnSync } from 'node:child_process';
import { countPlaywright, countVitest } from './reports.mjs';
import { root } from './root.mjs';

/**
 * @typedef {import('./reports.mjs').Counts} Counts
 * @typedef {object} Step
 * @property {string} name
 * @property {number} phase steps of one phase run two at a time, each phase after the one before
 * @property {(report: string) => string[]} args what Node runs
 * @property {(report: string) => Record<string, string>} [env]
 * @property {(report: any) => Counts} [count] reads the test runner's json report
 * @property {string} [needs] the step without which this one cannot run
 * @property {boolean} [mayBeEmpty] no test to run is no failure
 * @property {boolean} [onlyByName] runs only when --only names it
 */

/** @param {string} report @param {string[]} options */
const vitest = (report, ...options) => [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...options,
];

/**
 * The options that limit vitest to the tests that the changes since `main` concern. Without `main`
 * the changes are those since the last commit; without git every test runs. Both are said.
 * @param {string} [folder] the checkout
 * @param {(sentence: string) => void} [say]
 * @returns {string[]}
 */
export function changedOptions(folder = root, say = console.log) {
  /** @param {string[]} args */
  const git = (...args) => {
    const end = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
    return end.status === 0 ? end.stdout.trim() : undefined;
  };
  if (git('rev-parse', '--verify', '--quiet', 'HEAD') === undefined) {
    say('changed: no git commit to compare with here, so every unit test runs.');
    return [];
  }
  const base = git('merge-base', 'HEAD', 'main') ?? git('merge-base', 'HEAD', 'origin/main');
  if (base !== undefined) return ['--changed', base];
  say('changed: no branch main to compare with, so only uncommitted changes are tested.');
  return ['--changed', 'HEAD'];
}

/**
 * The longest first in each phase, so that neither core waits for the other.
 * @type {readonly Step[]}
 */
export const steps = [
  {
    name: 'format',
    phase: 1,
    args: () => [
      'node_modules/prettier/bin/prettier.cjs',
      '--check',
      '--log-level=warn',
      '--cache',
      '--cache-strategy=content',
      '--cache-location=.cache/prettier',
      '.',
    ],
  },
  { name: 'types', phase: 1, args: () => ['scripts/types.mjs', '--jobs', '1'] },
  { name: 'lint', phase: 1, args: () => ['node_modules/oxlint/bin/oxlint'] },
  { name: 'build', phase: 1, args: () => ['scripts/build.mjs'] },
  { name: 'boundaries', phase: 1, args: () => ['scripts/house.mjs', '--check'] },
  { name: 'unused', phase: 1, args: () => ['node_modules/knip/bin/knip.js'] },
  { name: 'unit', phase: 2, args: (report) => vitest(report), count: countVitest },
  {
    name: 'changed',
    phase: 2,
    args: (report) => vitest(report, ...changedOptions()),
    count: countVitest,
    mayBeEmpty: true,
    onlyByName: true,
  },
  {
    name: 'deep',
    phase: 2,
    args: (report) => vitest(report, '--testTimeout=600000'),
    env: () => ({ NORM_LAB_DEEP: '1' }),
    count: countVitest,
    onlyByName: true,
  },
  {
    name: 'e2e',
    phase: 3,
    args: () => ['node_modules/@playwright/test/cli.js', 'test'],
    env: (report) => ({ PLAYWRIGHT_JSON_OUTPUT_FILE: report }),
    count: countPlaywright,
    needs: 'build',
  },
  {
    name: 'deep-e2e',
    phase: 3,
    args: () => ['node_modules/@playwright/test/cli.js', 'test'],
    env: (report) => ({ PLAYWRIGHT_JSON_OUTPUT_FILE: report, NORM_LAB_DEEP: '1' }),
    count: countPlaywright,
    needs: 'build',
    onlyByName: true,
  },
];

/**
 * The steps to run, in order, with those that they need.
 * @param {string | undefined} only names with commas between; without it every step that is not onlyByName
 * @throws {RangeError} for an unknown step
 */
export function chooseSteps(only) {
  if (only === undefined) return steps.filter((step) => !step.onlyByName);
  const names = only.split(',').map((name) => name.trim());
  const known = steps.map((step) => step.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`--only names the step "${unknown}": the steps are ${known.join(', ')}.`);
  }
  const needed = new Set(steps.flatMap((step) => (names.includes(step.name) ? step.needs : [])));
  return steps.filter((step) => names.includes(step.name) || needed.has(step.name));
}
