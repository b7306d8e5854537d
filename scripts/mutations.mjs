import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { runNode, runProgram } from './lib/process.mjs';
import { inRoot } from './lib/root.mjs';
import { mutations } from './mutations.data.mjs';

/**
 * @typedef {import('./mutations.data.mjs').Mutation} Mutation
 * @typedef {{ testResults: { assertionResults: { status: string, fullName: string }[] }[] }} Report
 */

/**
 * A copy of the last commit that may be broken.
 * @returns {Promise<string>} its folder
 */
async function cloneHead() {
  const folder = mkdtempSync(join(tmpdir(), 'norm-lab-mutations-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const args = ['clone', '--quiet', '--depth', '1', `file://${inRoot()}`, join(folder, 'lab')];
  const { code } = await runProgram('git', args, { output: 'stderr' });
  if (code !== 0) throw new Error('git clone failed: run this in a clone of the repository.');
  symlinkSync(inRoot('node_modules'), join(folder, 'lab', 'node_modules'), 'junction');
  return join(folder, 'lab');
}

/**
 * Breaks one line, runs the tests that must notice, and mends it.
 * @param {string} lab
 * @param {Mutation} mutation
 * @returns {Promise<string>} the title of the first test that failed; empty when none did
 */
async function firstFailure(lab, { file, from, to, tests }) {
  const path = join(lab, file);
  const text = readFileSync(path, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${file} must have once: ${from}`);
  const report = join(lab, 'report.json');
  rmSync(report, { force: true });
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
  const vitest = inRoot('node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--root', lab, '--bail', '1'];
  const reporter = ['--reporter=json', `--outputFile=${report}`];
  await runNode([...args, ...reporter, ...tests], { output: 'keep' });
  writeFileSync(path, text);
  const { testResults } = /** @type {Report} */ (JSON.parse(readFileSync(report, 'utf8')));
  const all = testResults.flatMap(({ assertionResults }) => assertionResults);
  return all.find(({ status }) => status === 'failed')?.fullName ?? '';
}

const lab = await cloneHead();
let survived = 0;
console.log('| breaks | file | caught by |\n| --- | --- | --- |');
for (const mutation of mutations) {
  const failed = await firstFailure(lab, mutation);
  if (failed === '') survived += 1;
  console.log(`| ${mutation.breaks} | \`${mutation.file}\` | ${failed || 'SURVIVED'} |`);
}
console.log(`\n${mutations.length - survived} of ${mutations.length} mutations were caught.`);
process.exitCode = survived === 0 ? 0 : 1;
