import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { findChromium } from './lib/chromium.mjs';
import { ensureDependencies } from './lib/install.mjs';
import { runPool } from './lib/pool.mjs';
import { endWithNpm, giveUp, runNode } from './lib/process.mjs';
import { closingLine, countPlaywright, sumCounts } from './lib/reports.mjs';
import { chooseSteps, steps } from './lib/steps.mjs';

/**
 * @typedef {import('./lib/steps.mjs').Step} Step
 * @typedef {import('./lib/reports.mjs').Counts} Counts
 * @typedef {{ name: string, ok: boolean, why: string, counts?: Counts | undefined }} Outcome
 */

const byName = steps.filter((step) => step.onlyByName).map((step) => step.name);

const help = `npm test -- [options]
Runs ${chooseSteps(undefined)
  .map((step) => step.name)
  .join(', ')}.

  --only A,B  only these steps, and those that they need; also: ${byName.join(', ')}
  --help      this text`;

const options = /** @type {const} */ ({
  only: { type: 'string' },
  help: { type: 'boolean', default: false },
});

function readArguments() {
  try {
    const { values } = parseArgs({ options });
    return { chosen: chooseSteps(values.only), wantsHelp: values.help };
  } catch (error) {
    return giveUp(`${/** @type {Error} */ (error).message}\n\n${help}`);
  }
}

/** @param {Step} step @param {string} report @returns {Counts | undefined} */
function readCounts(step, report) {
  try {
    return step.count?.(/** @type {unknown} */ (JSON.parse(readFileSync(report, 'utf8'))));
  } catch {
    return undefined;
  }
}

/** @param {Step} step @param {number} code @param {Counts} [counts] */
function whyFailed(step, code, counts) {
  if (code !== 0) return `exit code ${code}`;
  const mustHaveTests = step.count !== undefined && step.mayBeEmpty !== true;
  return mustHaveTests && !counts?.passed ? 'no test ran' : '';
}

/** @param {Step} step @param {string} folder for reports @returns {Promise<Outcome>} */
async function runStep(step, folder) {
  const report = join(folder, `${step.name}.json`);
  const start = performance.now();
  const end = await runNode(step.args(report), {
    output: step.count ? 'show' : 'keep',
    env: step.env?.(report) ?? {},
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const counts = readCounts(step, report);
  const why = whyFailed(step, end.code, counts);
  if (why !== '' || step.name === 'build') process.stdout.write(end.output);
  const summary = counts ? ` (${closingLine(counts)})` : '';
  console.log(`${why === '' ? 'ok    ' : 'FAILED'} ${step.name} in ${seconds} s${summary}`);
  return { name: step.name, ok: why === '', why, counts };
}

/** @param {readonly Step[]} chosen @param {string} folder */
async function runPhases(chosen, folder) {
  /** @type {Outcome[]} */
  const outcomes = [];
  for (const phase of new Set(chosen.map((step) => step.phase))) {
    const now = chosen.filter((step) => step.phase === phase);
    const broken = new Set(outcomes.filter((done) => !done.ok).map((done) => done.name));
    const work = async (/** @type {Step} */ step) =>
      step.needs !== undefined && broken.has(step.needs)
        ? { name: step.name, ok: false, why: `not run, because ${step.needs} failed` }
        : runStep(step, folder);
    outcomes.push(...(await runPool(now, 2, work)));
  }
  return outcomes;
}

/**
 * Sums the tests; a step that failed without a failed test counts as one failure, so that the last
 * line never says "0 failed" about a run that failed.
 * @param {readonly Outcome[]} outcomes
 */
function conclude(outcomes) {
  const failed = outcomes.filter((outcome) => !outcome.ok);
  failed.forEach(({ name, why }) => console.log(`Failed step: ${name} (${why})`));
  const uncounted = failed.filter((outcome) => !outcome.counts?.failed).length;
  const extra = { passed: 0, failed: uncounted, skipped: 0 };
  const total = sumCounts([...outcomes.flatMap((outcome) => outcome.counts ?? []), extra]);
  console.log(closingLine(total));
  return failed.length === 0 ? 0 : 1;
}

/** @param {readonly Step[]} chosen */
async function prepare(chosen) {
  await ensureDependencies();
  if (!chosen.some((step) => step.count === countPlaywright)) return;
  try {
    process.env['NORM_LAB_CHROMIUM'] = await findChromium();
  } catch (error) {
    giveUp(/** @type {Error} */ (error).message);
  }
  console.log(`Chromium: ${process.env['NORM_LAB_CHROMIUM']}`);
}

const { chosen, wantsHelp } = readArguments();
if (wantsHelp) {
  console.log(help);
} else {
  endWithNpm();
  await prepare(chosen);
  const folder = mkdtempSync(join(tmpdir(), 'norm-lab-test-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.exitCode = conclude(await runPhases(chosen, folder));
}
