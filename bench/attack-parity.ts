import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { AttackEntry } from '../src/model/attack/kinds.ts';
import { isRight, standsAfter, type Verdict } from '../src/model/attack/verdict.ts';
import type { AttackTarget } from '../src/attack/target.ts';
import {
  agreement,
  bitmapOf,
  COLUMNS,
  measure,
  openTargetsOn,
  percent,
  referenceNames,
  referenceRun,
  STANDARD,
  type Measured,
  type ReferenceRun,
} from './attack.fixtures.ts';
import { report, short, type Row } from './bench.lib.ts';

/** Points that robust accuracy may differ by: of the whole list, of one attack, and of Square. */
const MOST = { list: 0.4, alone: 1, square: 2 } as const;
/** Share of images in percent on which the verdicts after the whole list must agree. */
const LEAST_AGREEMENT = 99;

/** What the reference's own seeds differ by. */
interface Spread {
  /** Points of robust accuracy between the least and the most. */
  readonly points: number;
  /** Share of images in percent on which every two of them agree. */
  readonly agreement: number;
}

/**
 * Spreads of more seeds than the reference's files have, by the file's name without its seed: after
 * APGD-T in PyTorch, as `bench -- attack-seeds` prints them.
 */
const KNOWN_SPREADS = JSON.parse(
  readFileSync(new URL('attack.spread.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Spread & { readonly seeds: number }>>;

/**
 * The spread of the reference's own verdicts after the whole list: of its seeds, and of its attacks
 * each alone on all images and put together, which are the same list with other draws of Square.
 */
function ownSpread(name: string): Spread {
  const [base = ''] = name.split('_seed');
  const all = referenceNames(`${base}_seed`).flatMap((one) => {
    const { standard, individual_intersection: together } = referenceRun(one);
    return [standard.bitmap, ...(together ? [together.bitmap] : [])];
  });
  const rates = all.map(percent);
  const known = KNOWN_SPREADS[base] ?? { points: 0, agreement: 100 };
  const agreements = all.flatMap((one) => all.map((other) => agreement(one, other)));
  return {
    points: Math.max(known.points, Math.max(...rates) - Math.min(...rates)),
    agreement: Math.min(known.agreement, ...agreements),
  };
}

interface Pair {
  readonly what: string;
  readonly ours: string;
  readonly theirs: string;
}

/** As far apart as the reference is from itself with one seed. */
const NO_SPREAD: Spread = { points: 0, agreement: 100 };

/** One row of the table: verdicts of the lab and of the reference on the same images. */
function compare(run: string, { what, ours, theirs }: Pair, most: number, own = NO_SPREAD): Row {
  const difference = percent(ours) - percent(theirs);
  const agree = agreement(ours, theirs);
  const list = what === 'AutoAttack';
  // 1e-9 for the rounding of the difference of two percentages.
  const within = (points: number, least: number): boolean =>
    Math.abs(difference) <= points + 1e-9 && (!list || agree >= least);
  const widest = Math.max(most, own.points);
  const held = within(most, LEAST_AGREEMENT);
  const heldInSpread = within(widest, Math.min(LEAST_AGREEMENT, own.agreement));
  return {
    run,
    what,
    images: ours.length,
    'lab %': short(percent(ours)),
    'reference %': short(percent(theirs)),
    points: short(difference),
    'most points': short(widest),
    'agreement %': short(agree),
    bar: held ? 'held' : heldInSpread ? "held in the reference's own spread" : 'MISSED',
  };
}

/** The rows after each attack of the list; the last one is AutoAttack's. */
function listRows(name: string, run: ReferenceRun, found: Measured): Row[] {
  const own = ownSpread(name);
  const rows = [compare(name, { what: 'clean', ours: found.clean, theirs: run.clean_bitmap }, 0)];
  for (const { tally, bitmap } of found.stages) {
    // The reference leaves out the attacks for which no image is left.
    const theirs = run.standard.cumulative[tally.kind]?.bitmap;
    if (theirs === undefined) continue;
    const after = { what: `after ${tally.kind}`, ours: bitmap, theirs };
    // No bar of its own: the whole list has one, and each attack alone.
    rows.push({ ...compare(name, after, MOST.list, own), bar: '' });
  }
  const ours = found.stages.at(-1)!.bitmap;
  const whole = { what: 'AutoAttack', ours, theirs: run.standard.bitmap };
  return [...rows, compare(name, whole, MOST.list, own)];
}

/**
 * Verdicts of one attack alone. Its verdict on an image that it has met in the list is the same
 * there (rule A6), so only the images that an earlier attack took from it are attacked.
 */
async function aloneBitmap(
  target: AttackTarget,
  run: ReferenceRun,
  { verdicts, attack }: { readonly verdicts: readonly Verdict[]; readonly attack: number },
): Promise<string> {
  const taken = verdicts.filter((one) => isRight(one) && !standsAfter(one, attack - 1));
  const rows = taken.map(({ index }) => index - run.images.start);
  const stood = verdicts.map((one) => standsAfter(one, attack));
  if (rows.length === 0) return bitmapOf(stood);
  const alone = await measure(target, run, { attacks: [STANDARD[attack]!], rows });
  alone.verdicts.forEach((one, n) => (stood[rows[n]!] = standsAfter(one, 0)));
  return bitmapOf(stood);
}

async function aloneRows(
  target: AttackTarget,
  { name, run, found }: { name: string; run: ReferenceRun; found: Measured },
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [attack, { kind }] of STANDARD.entries()) {
    const theirs = run.individual?.[kind]?.bitmap;
    if (theirs === undefined) continue;
    const ours = await aloneBitmap(target, run, { verdicts: found.verdicts, attack });
    const most = kind === 'square' ? MOST.square : MOST.alone;
    rows.push(compare(name, { what: `${kind} alone`, ours, theirs }, most));
  }
  return rows;
}

async function columnRows(target: AttackTarget, name: string, run: ReferenceRun): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [what, entry] of Object.entries<AttackEntry>(COLUMNS)) {
    const theirs = run.pgd[what]?.bitmap_any;
    if (theirs === undefined) continue;
    const { stages } = await measure(target, run, { attacks: [entry] });
    rows.push(compare(name, { what, ours: stages[0]!.bitmap, theirs }, MOST.alone));
  }
  return rows;
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    backend: { type: 'string', default: 'wasm' },
    images: { type: 'string' },
  },
});
const targets = await openTargetsOn(values.backend);
const all: Row[] = [];
for (const name of values.only.split(',').flatMap((part) => referenceNames(part))) {
  const run = referenceRun(name, values.images === undefined ? undefined : Number(values.images));
  const target = targets[run.net];
  const found = await measure(target, run, { attacks: STANDARD });
  const rows = [
    ...listRows(name, run, found),
    ...(await aloneRows(target, { name, run, found })),
    ...(await columnRows(target, name, run)),
  ];
  // Hours may pass: each file's rows are reported when they are there.
  rows.forEach((row) => console.error(Object.values(row).join('  ')));
  const ratio = short(found.cpuSeconds / run.standard.cpu_s);
  console.error(`${name}: ${short(found.cpuSeconds)} s of CPU, ${ratio} times the reference's`);
  all.push(...rows);
}
report(`AutoAttack on ${values.backend} against the reference, image by image`, all);
if (all.some(({ bar }) => bar === 'MISSED')) process.exitCode = 1;
