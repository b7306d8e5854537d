import { WEIGHT_FORMATS_TEXT } from '../model/net/weight-formats.ts';
import { MemoryBudget } from './memory-budget.ts';
import { jsonRefusal, unreadable } from './refused-formats.ts';
import { clip, FileError } from './tensors.ts';
import type { InputFile, WeightFile } from './tensors.ts';
import { isJson, WEIGHT_READERS, type WeightReader } from './weight-readers.ts';

/** Largest total size of one set of files: its float32 must fit beside it in a page's memory. */
export const MAX_TOTAL_BYTES = 2_147_483_648;

/**
 * Reads the weights in the files of one drop, recognizing formats by content. Several safetensors or
 * several npz/npy files are read as one set; a tfjs model is model.json and all its shards.
 *
 * All arrays together take at most twice the bytes of all files together: they go through `budget`,
 * which also measures them (see {@link MemoryBudget}).
 * Nothing in a file is ever executed: pickles (PyTorch's .pt and .pth) are recognized and refused.
 * @throws FileError (a rejection, and the only one) naming the file, what is wrong and how to fix it.
 */
// oxlint-disable-next-line @typescript-eslint/require-await -- callers may not count on a sync answer
export async function readWeights(
  files: readonly InputFile[],
  budget = new MemoryBudget(),
): Promise<WeightFile> {
  budget.give(checkedSize(files));
  const readers = files.map(readerOf);
  const whole = readers.findIndex((reader) => reader?.takesAll === true);
  if (whole >= 0) {
    const others = files.filter((_, k) => k !== whole);
    return readers[whole]!.read(files[whole]!, others, budget);
  }
  const parts = files.map((file, k) => {
    const reader = readers[k];
    if (reader === undefined) throw isJson(file.bytes) ? jsonRefusal(file) : unreadable(file);
    return reader.read(file, [], budget);
  });
  return merge(parts, files);
}

const readerOf = (file: InputFile): WeightReader | undefined =>
  Object.values(WEIGHT_READERS).find(({ recognizes }) => recognizes(file));

/** Bytes of all files together. @throws FileError without any, and above the limit */
function checkedSize(files: readonly InputFile[]): number {
  if (files.length === 0)
    throw new FileError(
      'missing-file',
      'no file',
      `no file was given; drop ${WEIGHT_FORMATS_TEXT}.`,
    );
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (total > MAX_TOTAL_BYTES) {
    throw new FileError(
      'too-big',
      files[0]!.name,
      `the files have ${total} bytes together, over the cap of ${MAX_TOTAL_BYTES}; split the ` +
        'net and inspect its parts.',
    );
  }
  return total;
}

/** Files given together: a net description or geometry file, if there is one, and the weights. */
export interface SplitFiles {
  readonly description: InputFile | undefined;
  readonly weights: readonly InputFile[];
}

/**
 * Splits files given together into a net description (the JSON file that no reader recognizes as a model) and
 * weights. Content decides, not names.
 * @throws FileError when there are two descriptions.
 */
export function splitFiles(files: readonly InputFile[]): SplitFiles {
  const descriptions = files.filter((file) => isJson(file.bytes) && readerOf(file) === undefined);
  const [description, other] = descriptions;
  if (other !== undefined) {
    throw new FileError(
      'duplicate',
      other.name,
      `it is a second net description beside ${clip(description!.name)}; give one at a time.`,
    );
  }
  return { description, weights: files.filter((file) => file !== description) };
}

/** Several files of one format as one set. Names must not repeat across them. */
function merge(parts: readonly WeightFile[], files: readonly InputFile[]): WeightFile {
  const [first] = parts;
  const other = parts.findIndex(({ format }) => format !== first!.format);
  if (other >= 0) {
    throw new FileError(
      'refused-format',
      files[other]!.name,
      `it is ${parts[other]!.format}, but ${clip(files[0]!.name)} is ${first!.format}; give ` +
        'files of one format at a time.',
    );
  }
  if (parts.length === 1) return first!;
  const seen = new Map<string, string>();
  parts.forEach(({ tensors }, k) =>
    tensors.forEach(({ name }) => {
      if (seen.has(name))
        throw new FileError(
          'duplicate',
          files[k]!.name,
          `its tensor "${clip(name)}" is also in ${clip(seen.get(name))}; give files that ` +
            'belong together.',
        );
      seen.set(name, files[k]!.name);
    }),
  );
  return {
    format: first!.format,
    tensors: parts.flatMap(({ tensors }) => tensors),
    skipped: parts.flatMap(({ skipped }) => skipped),
    metadata: Object.assign({}, ...parts.map(({ metadata }) => metadata)) as Record<string, string>,
  };
}
