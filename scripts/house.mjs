import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { ensureDependencies } from './lib/install.mjs';
import { inRoot } from './lib/root.mjs';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const picture = inRoot('docs', 'house.svg');

function readPicture() {
  try {
    return readFileSync(picture, 'utf8');
  } catch {
    return '';
  }
}

await ensureDependencies();
const { moduleImports, readImports, reportImports, roomImports } =
  await import('./lib/imports.mjs');
const { drawHouse } = await import('./lib/house-drawing.mjs');
const graph = await readImports();
const { text, ok } = await reportImports(graph);
console.log(text.trim());
const drawn = () => drawHouse(roomImports(moduleImports(graph)));
if (!ok) {
  process.exitCode = 1;
} else if (!values.check) {
  writeFileSync(picture, drawn());
} else if (readPicture() !== drawn()) {
  console.log('docs/house.svg shows other imports than src has: run npm run house.');
  process.exitCode = 1;
}
