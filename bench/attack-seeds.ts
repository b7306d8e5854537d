import { parseArgs } from 'node:util';
import type { AttackTarget } from '../src/attack/target.ts';
import { Z_95 } from '../src/math/intervals.ts';
import {
  agreement,
  measure,
  openTargetsOn,
  percent,
  referenceNames,
  referenceRun,
  setOf,
  STANDARD,
  type ReferenceRun,
} from './attack.fixtures.ts';
import { APGD_KINDS, BATCH, replayed, type Stands } from './attack.replay.ts';
import { apgdInTorch, needTorch, type Seeded } from './attack.torch.ts';
import { report, short, type Row } from './bench.lib.ts';

/** What stands in the lab after each of the two attacks, from its own draws. */
async function inLab(target: AttackTarget, run: ReferenceRun): Promise<Stands> {
  const attacks = STANDARD.slice(0, APGD_KINDS.length);
  const { stages, clean } = await measure(target, run, { attacks });
  const at = (stage: number): string => stages[stage]?.bitmap ?? stages.at(-1)?.bitmap ?? clean;
  return { 'apgd-ce': at(0), 'apgd-t': at(1) };
}

async function bySeed(
  seeds: readonly number[],
  find: (seed: number) => Promise<Stands>,
): Promise<Seeded[]> {
  const found: Seeded[] = [];
  for (const seed of seeds) found.push({ seed, ...(await find(seed)) });
  return found;
}

/** @throws Error where PyTorch with the seed of a reference file finds other verdicts than that file. */
function checkTorch(base: string, found: readonly Seeded[]): void {
  for (const name of referenceNames(`${base}_seed`)) {
    const { seed, standard } = referenceRun(name);
    for (const kind of APGD_KINDS) {
      const theirs = standard.cumulative[kind]?.bitmap;
      const ours = found.find((one) => one.seed === seed)?.[kind];
      if (theirs !== undefined && ours !== undefined && ours !== theirs)
        throw new Error(`${name}: PyTorch leaves other images after ${kind} than the reference.`);
    }
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, one) => sum + one, 0) / values.length;

/** Mean and half of its 95 % interval, by the normal quantile: 13 % too narrow at 10 seeds, 6 % at 20. */
function sure(differences: readonly number[]): string {
  const centre = mean(differences);
  const squares = differences.reduce((sum, one) => sum + (one - centre) ** 2, 0);
  const error = Math.sqrt(squares / (differences.length - 1) / differences.length);
  // + 0: no "-0.00".
  return `${(Number(centre.toFixed(2)) + 0).toFixed(2)} ± ${(Z_95 * error).toFixed(2)}`;
}

/** Agreement of every two different seeds, in percent. */
function pairs(ours: readonly string[], theirs: readonly string[]): number[] {
  return ours.flatMap((one, a) =>
    theirs.flatMap((other, b) => (a === b ? [] : [agreement(one, other)])),
  );
}

const range = (rates: readonly number[]): string =>
  `${short(Math.min(...rates))}–${short(Math.max(...rates))}`;

interface Found {
  readonly torch: readonly Seeded[];
  readonly replay: readonly Seeded[];
  readonly lab: readonly Seeded[];
}

/** PyTorch's seeds beside each other, then the lab's: from the same draws, and from its own. */
function rowsOf(run: string, after: keyof Stands, { torch, replay, lab }: Found): Row[] {
  const theirs = torch.map((one) => one[after]);
  const row = (what: string, ours: readonly string[], agree: readonly number[]): Row => {
    const rates = ours.map(percent);
    const points = rates.map((rate, n) => rate - percent(theirs[n]!));
    return {
      run,
      after,
      what,
      seeds: ours.length,
      '%': mean(rates).toFixed(2),
      'by seed': range(rates),
      // Seeds are independent, but those replayed: then seed n is compared with the same.
      'points, 95 %': ours === theirs ? '' : sure(points),
      'agreement %': mean(agree).toFixed(2),
      'at least %': short(Math.min(...agree)),
    };
  };
  const again = replay.map((one) => one[after]);
  const same = again.map((one, n) => agreement(one, theirs[n]!));
  const own = lab.map((one) => one[after]);
  return [
    row('PyTorch, other seeds', theirs, pairs(theirs, theirs)),
    row("lab, PyTorch's draws", again, same),
    row('lab, its own draws', own, pairs(own, theirs)),
  ];
}

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, seeds: { type: 'string', default: '10' } },
});
const count = Number(values.seeds);
if (!Number.isInteger(count) || count < 2)
  throw new RangeError(`--seeds ${values.seeds}: give a whole number of 2 or more.`);
needTorch();
const targets = await openTargetsOn('wasm');
const seeds = Array.from({ length: count }, (_, seed) => seed);
const rows: Row[] = [];
const names = values.only.split(',').flatMap((part) => referenceNames(part));
for (const base of new Set(names.map((name) => name.replace(/_seed\d+$/, '')))) {
  const run = referenceRun(referenceNames(`${base}_seed`)[0]!);
  const torch = await apgdInTorch(run, { set: setOf(run), batch: BATCH, seeds });
  checkTorch(base, torch);
  const target = targets[run.net];
  const replay = await bySeed(seeds, (seed) => replayed(target, { ...run, seed }));
  const lab = await bySeed(seeds, (seed) => inLab(target, { ...run, seed }));
  const found = { torch, replay, lab };
  rows.push(...APGD_KINDS.flatMap((kind) => rowsOf(base, kind, found)));
}
report('APGD-CE and APGD-T from many seeds, in the lab and in PyTorch', rows);
