import { passesPerImage } from '../../../model/attack/cost.ts';
import type { AttackNorm } from '../../../model/attack/kinds.ts';
import { attacksOf, defaultChoice, type AttackPlan } from '../../../model/attack/plan.ts';
import type { DataListing } from '../../../model/data/jobs.ts';
import type { RunSummary } from '../../../model/train/run.ts';
import { attackStore } from '../../../state/attack/store.ts';
import { storedFor } from '../../../state/data/store.ts';
import { formatCount, formatNumber } from '../../../ui/format.ts';

/** Radii that are in use, by norm; the first one is the usual one. */
export const PRESETS: Readonly<Record<AttackNorm, readonly number[]>> = {
  linf: [8 / 255, 4 / 255, 2 / 255, 1 / 255, 0.1, 0.2, 0.3],
  l2: [0.5, 1, 2],
  l1: [12],
};

/** Changes parts of the plan in the form. */
export function change(part: Partial<AttackPlan>): void {
  const { draft, setDraft } = attackStore.getState();
  setDraft({ ...draft, ...part });
}

/** Clears the errors of replaced or removed fields, by path prefix: they can no longer be fixed. */
export function forget(part: string): void {
  const { typed, setFieldError } = attackStore.getState();
  for (const path of Object.keys(typed)) if (path.startsWith(part)) setFieldError(path, undefined);
}

/** Another kind of attack, with default settings. */
export function chooseKind(kind: AttackPlan['attack']['kind']): void {
  forget('attack.');
  change({ attack: defaultChoice(kind) });
}

/** Another norm; a usual radius becomes the usual one of that norm, since units differ. */
export function chooseNorm({ norm: before, eps }: AttackPlan['threat'], norm: AttackNorm): void {
  const usual = PRESETS[before].includes(eps);
  forget('threat.eps');
  change({ threat: { norm, eps: usual ? PRESETS[norm][0]! : eps } });
}

/** Another net; the images become those that a run was trained on. */
export function chooseNet(subject: { kind: 'run' | 'net'; id: string }, run?: RunSummary): void {
  attackStore.getState().setSubject(subject);
  if (run === undefined) return;
  forget('images.');
  const { source, seed, own } = run.experiment.data;
  const { images } = attackStore.getState().draft;
  change({ images: { ...images, source, seed, own } });
}

/** Classes of the official sets, and of the generated one. */
const USUAL_CLASSES = 10;

/** Maximum passes of a plan: for an image that stands, and for all images. */
export function costOf(
  plan: AttackPlan,
  listing: DataListing | null,
): { image: number; all: number } {
  const { source, own, seed, count } = plan.images;
  const stored = storedFor({ source, own, seed, train: 0, test: 0 }, listing);
  const classes = stored?.classes.length ?? USUAL_CLASSES;
  const image = attacksOf(plan).reduce((sum, entry) => sum + passesPerImage(entry, classes), 0);
  return { image, all: image * count };
}

/** Formats a large number: 9,750 or 1.95 million. */
export function formatLarge(value: number): string {
  return value < 1e6 ? formatCount(value) : `${formatNumber(value / 1e6, 3)} million`;
}
