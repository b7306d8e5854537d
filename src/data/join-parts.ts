import type { ImageSet } from './dataset.ts';

/** What was read from official files. */
export interface ReadImages {
  readonly name: string;
  /** Undefined when only test images were given. */
  readonly train: ImageSet | undefined;
  /** Undefined when no test images were given. */
  readonly test: ImageSet | undefined;
  /** Sentences on what is missing or was assumed. */
  readonly notes: readonly string[];
}

/** Which part of a set a file holds, as its name says; a name that says nothing is training. */
export type SetPart = 'train' | 'test';

/** Images of a set's official parts, to say how many are missing. */
export interface OfficialCounts {
  readonly train: number;
  readonly test: number;
}

/** A number with commas, as sentences have it. */
function withCommas(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** The sentences on missing parts that every set shares. */
export function missingNotes(
  { name, train, test }: Pick<ReadImages, 'name' | 'train' | 'test'>,
  official: OfficialCounts | undefined,
): string[] {
  const notes: string[] = [];
  if (train === undefined) notes.push(`${name}: only test images were given; nothing to train on.`);
  if (test === undefined) {
    notes.push(
      `${name}: no test images were given; part of the training images is kept for testing.`,
    );
  }
  for (const [part, set] of [['train', train] as const, ['test', test] as const]) {
    const count = set?.labels.length;
    const all = official?.[part];
    if (count === undefined || all === undefined || count === all) continue;
    const word = part === 'train' ? 'training' : 'test';
    notes.push(`${name}: ${withCommas(count)} of the ${withCommas(all)} official ${word} images.`);
  }
  return notes;
}
