import { parseArgs } from 'node:util';
import type { AttackTarget } from '../src/attack/target.ts';
import {
  agreement,
  openTargetsOn,
  percent,
  referenceNames,
  referenceRun,
} from './attack.fixtures.ts';
import { APGD_KINDS, replayed } from './attack.replay.ts';
import { report, short, type Row } from './bench.lib.ts';

/** One row for each of the two attacks that the reference ran. */
async function rowsOf(name: string, target: AttackTarget): Promise<Row[]> {
  const run = referenceRun(name);
  const stands = await replayed(target, run);
  return APGD_KINDS.flatMap((kind) => {
    // The reference leaves out the attacks for which no image is left.
    const theirs = run.standard.cumulative[kind]?.bitmap;
    if (theirs === undefined) return [];
    const ours = stands[kind];
    const differ = Array.from(ours).flatMap((bit, row) => (bit === theirs[row] ? [] : [row]));
    return [
      {
        run: name,
        after: kind,
        images: ours.length,
        'lab %': short(percent(ours)),
        'reference %': short(percent(theirs)),
        'agreement %': short(agreement(ours, theirs)),
        differ: differ.join(' '),
      },
    ];
  });
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    backend: { type: 'string', default: 'wasm' },
  },
});
const targets = await openTargetsOn(values.backend);
const all: Row[] = [];
for (const name of values.only.split(',').flatMap((part) => referenceNames(part))) {
  const rows = await rowsOf(name, targets[referenceRun(name).net]);
  rows.forEach((row) => console.error(Object.values(row).join('  ')));
  all.push(...rows);
}
report(`APGD on ${values.backend} from the reference's own random starts`, all);
