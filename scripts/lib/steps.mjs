import { countPlaywright, countVitest } from './reports.mjs';

/**
 * @typedef {import('./reports.mjs').Counts} Counts
 * @typedef {object} Step
 * @property {string} name
 * @property {number} phase steps of one phase run two at a time, each phase after the one before
 * @property {number} minutes after which the step has failed
 * @property {(report: string) => string[]} args what Node runs
 * @property {(report: string) => Record<string, string>} [env]
 * @property {(report: any) => Counts} [count] reads the test runner's json report
 * @property {string} [needs] the step without which this one cannot run
 */

/** @type {readonly Step[]} */
export const steps = [
  {
    name: 'lint',
    phase: 1,
    minutes: 6,
    args: () => ['node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '.'],
  },
  {
    name: 'format',
    phase: 1,
    minutes: 3,
    args: () => ['node_modules/prettier/bin/prettier.cjs', '--check', '.'],
  },
  { name: 'types', phase: 1, minutes: 6, args: () => ['scripts/types.mjs', '--jobs', '1'] },
  {
    name: 'boundaries',
    phase: 1,
    minutes: 3,
    args: () => [
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      'src',
      '--config',
      'dependency-cruiser.config.cjs',
    ],
  },
  {
    name: 'unit',
    phase: 2,
    minutes: 12,
    args: (report) => [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    count: countVitest,
  },
  { name: 'build', phase: 3, minutes: 4, args: () => ['scripts/build.mjs'] },
  {
    name: 'e2e',
    phase: 4,
    minutes: 10,
    args: () => ['node_modules/@playwright/test/cli.js', 'test'],
    env: (report) => ({ PLAYWRIGHT_JSON_OUTPUT_FILE: report }),
    count: countPlaywright,
    needs: 'build',
  },
];

/**
 * The steps to run, in order, with those that they need.
 * @param {string | undefined} only names with commas between, or nothing for all
 * @throws {RangeError} for a name that is no step
 */
export function chooseSteps(only) {
  if (only === undefined) return [...steps];
  const names = only.split(',').map((name) => name.trim());
  const known = steps.map((step) => step.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`--only names the step "${unknown}": the steps are ${known.join(', ')}.`);
  }
  const needed = new Set(steps.flatMap((step) => (names.includes(step.name) ? step.needs : [])));
  return steps.filter((step) => names.includes(step.name) || needed.has(step.name));
}
