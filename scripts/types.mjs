import process from 'node:process';
import { parseArgs } from 'node:util';
import { ensureDependencies } from './lib/install.mjs';
import { runPool } from './lib/pool.mjs';
import { runNode } from './lib/process.mjs';
import { inRoot } from './lib/root.mjs';

/** Each project allows only what its side has: a DOM in the core is a type error. */
const projects = ['node', 'app', 'worker', 'core'];

const { values } = parseArgs({ options: { jobs: { type: 'string', default: '2' } } });

/** @param {string} project */
async function check(project) {
  // TypeScript 7 is the native compiler; typedoc and dependency-cruiser still need the API of 5.9.
  const tsc = inRoot('node_modules', 'typescript7', 'bin', 'tsc');
  const args = [tsc, '--project', `tsconfig.${project}.json`, '--noEmit', '--pretty', 'false'];
  const { code, output } = await runNode(args, { output: 'keep' });
  if (code !== 0) console.log(`tsconfig.${project}.json:\n${output.trimEnd()}`);
  return code === 0;
}

await ensureDependencies();
const results = await runPool(projects, Number(values.jobs), check);
process.exitCode = results.every(Boolean) ? 0 : 1;
