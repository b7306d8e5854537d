import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { ensureDependencies } from './lib/install.mjs';
import { inRoot } from './lib/root.mjs';

/** Ends only when stdout is written: a pipe may still hold data. @param {number} code */
const leave = (code) => process.stdout.write('', () => process.exit(code));

// A reader that has seen enough (| head) is no fault.
process.stdout.on('error', (error) => {
  process.exit(/** @type {NodeJS.ErrnoException} */ (error).code === 'EPIPE' ? 0 : 1);
});

await ensureDependencies({ output: 'stderr' });
const { register } = await import('tsx/esm/api');
register();
const cli = /** @type {{ main: (argv: string[]) => Promise<number> }} */ (
  await import(pathToFileURL(inRoot('src', 'cli', 'main.ts')).href)
);
leave(await cli.main(process.argv.slice(2)));
