import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { ensureDependencies } from './lib/install.mjs';
import { giveUp, runNode } from './lib/process.mjs';
import { inRoot } from './lib/root.mjs';

const folder = inRoot('bench');
const names = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((file) => /^[^.]+\.ts$/.test(file))
  .map((file) => basename(file, '.ts'))
  .sort();
const [name, ...args] = process.argv.slice(2);

if (name === undefined || name === '--help') {
  const list = names.map((one) => `\n  ${one}`).join('');
  console.log(`npm run bench -- NAME, where NAME is one of:${list}`);
} else if (!names.includes(name)) {
  giveUp(`There is no bench "${name}": the benches are ${names.join(', ') || 'none yet'}.`);
} else {
  await ensureDependencies({ output: 'stderr' });
  const program = ['--expose-gc', '--import', 'tsx', join(folder, `${name}.ts`), ...args];
  process.exitCode = (await runNode(program, {})).code;
}
