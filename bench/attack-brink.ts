import { parseArgs } from 'node:util';
import { evaluate } from '../src/attack/evaluate.ts';
import type { EvaluationSet } from '../src/attack/evaluation-set.ts';
import type { AttackTarget } from '../src/attack/target.ts';
import { wilsonInterval, Z_95 } from '../src/math/intervals.ts';
import { standsAfter } from '../src/model/attack/verdict.ts';
import {
  openTargetsOn,
  referenceNames,
  referenceRun,
  setOf,
  STANDARD,
  threatOf,
  type ReferenceRun,
} from './attack.fixtures.ts';
import { APGD_KINDS } from './attack.replay.ts';
import { apgdInTorch, needTorch } from './attack.torch.ts';
import { report, type Row } from './bench.lib.ts';

/** One image many times, each a place of its own: as many independent starts. */
function repeated(run: ReferenceRun, row: number, starts: number): EvaluationSet {
  const set = setOf(run, Array<number>(starts).fill(row));
  return { ...set, indices: Uint32Array.from({ length: starts }, (_, n) => n) };
}

/** How many of a set stand in the lab after each of the two attacks. */
async function inLab(
  target: AttackTarget,
  run: ReferenceRun,
  set: EvaluationSet,
): Promise<readonly number[]> {
  const attacks = STANDARD.slice(0, APGD_KINDS.length);
  const steps = evaluate(target, set, { threat: threatOf(run), attacks, seed: run.seed });
  for (;;) {
    const next = await steps.next();
    if (next.done !== true) continue;
    const { verdicts } = next.value;
    return APGD_KINDS.map((_, at) => verdicts.filter((one) => standsAfter(one, at)).length);
  }
}

async function inTorch(run: ReferenceRun, set: EvaluationSet): Promise<readonly number[]> {
  const job = { set, batch: set.indices.length, seeds: [run.seed] };
  const [found] = await apgdInTorch(run, job);
  return APGD_KINDS.map((kind) => found![kind].replaceAll('0', '').length);
}

/** Share of the starts that an image stands, in percent, with its 95 % interval. */
function share(stands: number, starts: number): string {
  const { lower, upper } = wilsonInterval(stands, starts);
  const percent = (one: number): string => (100 * one).toFixed(1);
  return `${percent(stands / starts)} (${percent(lower)}–${percent(upper)})`;
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    images: { type: 'string', default: '' },
    starts: { type: 'string', default: '200' },
  },
});
const starts = Number(values.starts);
if (!Number.isInteger(starts) || starts < 2)
  throw new RangeError(`--starts ${values.starts}: give a whole number of 2 or more.`);
const [name, ...others] = referenceNames(values.only);
if (name === undefined || others.length > 0)
  throw new RangeError(`--only ${values.only}: name one file of the reference.`);
const run = referenceRun(name);
const images = values.images.split(',').map(Number);
if (values.images === '' || !images.every((row) => row in Array.from(run.clean_bitmap)))
  throw new RangeError(`--images ${values.images}: give places from 0 to ${run.images.count - 1}.`);
needTorch();
const target = (await openTargetsOn('wasm'))[run.net];
const rows: Row[] = [];
const sums = { lab: [0, 0], torch: [0, 0], error: [0, 0] };
for (const image of images) {
  const set = repeated(run, image, starts);
  const [lab, torch] = [await inLab(target, run, set), await inTorch(run, set)];
  APGD_KINDS.forEach((kind, at) => {
    const [ours, theirs] = [lab[at]! / starts, torch[at]! / starts];
    sums.lab[at]! += ours;
    sums.torch[at]! += theirs;
    sums.error[at]! += (ours * (1 - ours) + theirs * (1 - theirs)) / (starts - 1);
    rows.push({
      image,
      after: kind,
      starts,
      'lab %': share(lab[at]!, starts),
      'PyTorch %': share(torch[at]!, starts),
    });
  });
}
report(`${name}: images on the brink, each from many starts`, rows);
report(
  'All of these images together: how many stand on average',
  APGD_KINDS.map((after, at) => ({
    after,
    lab: sums.lab[at]!.toFixed(3),
    PyTorch: sums.torch[at]!.toFixed(3),
    'lab − PyTorch, 95 %': `${(sums.lab[at]! - sums.torch[at]!).toFixed(3)} ± ${(Z_95 * Math.sqrt(sums.error[at]!)).toFixed(3)}`,
  })),
);
