import { readdirSync } from 'node:fs';
import { autoAttack, defaultAttack } from '../src/model/attack/lists.ts';
import type { AttackEntry } from '../src/model/attack/kinds.ts';
import type { AttackTally } from '../src/model/attack/evaluation.ts';
import { standsAfter, type Verdict } from '../src/model/attack/verdict.ts';
import { evaluate } from '../src/attack/evaluate.ts';
import type { EvaluationSet } from '../src/attack/evaluation-set.ts';
import { netTarget } from '../src/attack/net-target.ts';
import type { AttackTarget } from '../src/attack/target.ts';
import { startBackend } from '../src/tensor/backends.ts';
import type { ThreatModel } from '../src/attack/threat-model.ts';
import {
  mnistTest,
  openReferenceNet,
  REFERENCE_NETS,
  type ReferenceNet,
} from '../src/nn/testing/reference-nets.ts';
import { fixtureJson, fixturePath } from '../src/math/testing/fixtures.ts';

/** What the reference says of one attack. */
export interface ReferenceStage {
  readonly bitmap: string;
  readonly cpu_s: number;
}

/** One file of the reference's AutoAttack. */
export interface ReferenceRun {
  readonly net: ReferenceNet;
  readonly norm: 'Linf' | 'L2';
  readonly eps: number;
  readonly seed: number;
  readonly images: { readonly start: number; readonly count: number };
  readonly clean_bitmap: string;
  readonly pgd: Readonly<
    Record<string, { readonly bitmap_any: string; readonly bitmap_last: string }>
  >;
  readonly standard: {
    readonly cumulative: Readonly<Record<string, ReferenceStage>>;
    readonly bitmap: string;
    readonly cpu_s: number;
  };
  readonly individual?: Readonly<Record<string, ReferenceStage>>;
  /** What stands after all of `individual`. */
  readonly individual_intersection?: { readonly bitmap: string };
}

/** Names of the reference's files, without their ending; those that hold `only`. */
export function referenceNames(only = ''): string[] {
  return readdirSync(fixturePath('aa'))
    .filter((file) => /_seed\d+\.json$/.test(file) && file.includes(only))
    .map((file) => file.replace(/\.json$/, ''))
    .sort();
}

/** A file, cut to its first images where a number is given (its times are then for all of them). */
export function referenceRun(name: string, images?: number): ReferenceRun {
  const run = fixtureJson(`aa/${name}.json`) as ReferenceRun;
  return images === undefined ? run : (cut(run, images) as ReferenceRun);
}

/** Every bitmap of a document, and the number of its images, cut. */
function cut(part: unknown, count: number): unknown {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  const entries = Object.entries(part).map(([key, value]: [string, unknown]) => {
    if (typeof value === 'string' && /^[01]+$/.test(value)) return [key, value.slice(0, count)];
    if (key === 'count' && typeof value === 'number') return [key, Math.min(value, count)];
    return [key, cut(value, count)];
  });
  return Object.fromEntries(entries);
}

type Targets = Readonly<Record<ReferenceNet, AttackTarget>>;

/** The reference nets on the backend in use. */
export async function openTargets(): Promise<Targets> {
  const targets = {} as Record<ReferenceNet, AttackTarget>;
  for (const name of REFERENCE_NETS) {
    const { net, params } = await openReferenceNet(name);
    targets[name] = netTarget(net, params);
  }
  return targets;
}

/**
 * The reference nets on a backend of Node's, which is started.
 *
 * @throws RangeError when there is none of this name
 */
export async function openTargetsOn(backend: string): Promise<Targets> {
  if (backend !== 'wasm' && backend !== 'cpu')
    throw new RangeError(`--backend ${backend}: give wasm or cpu.`);
  await startBackend(backend);
  return openTargets();
}

export function threatOf({ norm, eps }: ReferenceRun): ThreatModel {
  return { norm: norm === 'Linf' ? 'linf' : 'l2', eps };
}

/** A run's images, or those at some of its places. */
export function setOf(
  { images: { start, count } }: ReferenceRun,
  rows?: readonly number[],
): EvaluationSet {
  const { images, labels } = mnistTest(start, start + count);
  const size = images.length / count;
  const places = rows ?? Array.from({ length: count }, (_, n) => n);
  const chosen = new Float32Array(places.length * size);
  places.forEach((place, n) =>
    chosen.set(images.subarray(place * size, (place + 1) * size), n * size),
  );
  return {
    images: chosen,
    labels: places.map((place) => labels[place]!),
    indices: Uint32Array.from(places, (place) => start + place),
  };
}

/** The attacks of the standard list, by the names that the reference gives them. */
export const STANDARD = autoAttack('standard', 'linf');

const PGD = { ...defaultAttack('pgd'), counts: 'any' } as const;

/** The reference's PGD and FGSM columns: each by its own name. */
export const COLUMNS: Readonly<Record<string, AttackEntry>> = {
  fgsm: defaultAttack('fgsm'),
  pgd40_zero_eps10: { ...PGD, start: 'clean' },
  pgd40_rand_eps10: PGD,
  'pgd40_rand_2.5eps40': { ...PGD, relativeStep: 2.5 / 40 },
};

/** What an attack of a list took. */
export interface Stage {
  readonly tally: AttackTally;
  readonly cpuSeconds: number;
  readonly seconds: number;
  /** One character for each image, 1 = it stands. */
  readonly bitmap: string;
}

export interface Measured {
  readonly verdicts: readonly Verdict[];
  readonly clean: string;
  readonly stages: readonly Stage[];
  readonly cpuSeconds: number;
  readonly seconds: number;
}

/** One character for each flag. */
export function bitmapOf(flags: readonly boolean[]): string {
  return flags.map((one) => (one ? '1' : '0')).join('');
}

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const clock = (): { cpu: number; wall: number } => ({ cpu: cpuSeconds(), wall: performance.now() });

/** Evaluates a reference net and takes the time of every attack; `look` is called at each event. */
export async function measure(
  target: AttackTarget,
  run: ReferenceRun,
  options: {
    readonly attacks: readonly AttackEntry[];
    /** Places of the images; all of them unless given. */
    readonly rows?: readonly number[];
    readonly look?: () => void;
  },
): Promise<Measured> {
  const { attacks, rows, look } = options;
  const settings = { threat: threatOf(run), attacks, seed: run.seed };
  const stages: Omit<Stage, 'bitmap'>[] = [];
  const first = clock();
  let last = first;
  const steps = evaluate(target, setOf(run, rows), settings);
  for (;;) {
    const next = await steps.next();
    if (next.done === true) {
      const { verdicts } = next.value;
      const now = clock();
      return {
        verdicts,
        clean: bitmapOf(verdicts.map(({ label, prediction }) => label === prediction)),
        stages: stages.map((stage, attack) => ({
          ...stage,
          bitmap: bitmapOf(verdicts.map((one) => standsAfter(one, attack))),
        })),
        cpuSeconds: now.cpu - first.cpu,
        seconds: (now.wall - first.wall) / 1000,
      };
    }
    look?.();
    // An event comes with each step: reading the clock at all of them would be a part of the cost.
    if (next.value.type !== 'attack') continue;
    const now = clock();
    const { tally } = next.value;
    const taken = { cpuSeconds: now.cpu - last.cpu, seconds: (now.wall - last.wall) / 1000 };
    stages.push({ tally, ...taken });
    last = now;
  }
}

/** Share of images that stand, in percent. */
export function percent(bitmap: string): number {
  return (100 * bitmap.replaceAll('0', '').length) / bitmap.length;
}

/** Share of images on which two bitmaps agree, in percent. */
export function agreement(a: string, b: string): number {
  const same = Array.from(a).filter((bit, at) => bit === b[at]).length;
  return (100 * same) / a.length;
}
