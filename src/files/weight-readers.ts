import type { WeightFormat } from '../model/net/weight-formats.ts';
import type { MemoryBudget } from './memory-budget.ts';
import { isNpy } from './npy.ts';
import { readNpy, readNpz } from './npz.ts';
import { KERAS_ARCHIVE, PYTORCH_PICKLE, refusal } from './refused-formats.ts';
import { readSafetensors } from './safetensors.ts';
import type { InputFile, WeightFile } from './tensors.ts';
import { MAX_MODEL_JSON, readTfjs } from './tfjs.ts';
import { readZipDirectory } from './zip-directory.ts';

/** Reads the files of one format. */
export interface WeightReader {
  /** Whether a file is of this format, by its content. */
  readonly recognizes: (file: InputFile) => boolean;
  /** Whether all other files of a drop belong to a recognized one, as shards belong to a model. */
  readonly takesAll: boolean;
  /**
   * Reads one recognized file, with the others of the drop where it takes all.
   * @throws FileError
   */
  readonly read: (
    file: InputFile,
    others: readonly InputFile[],
    budget: MemoryBudget,
  ) => WeightFile;
}

/** How each format is recognized and read; the first reader that recognizes a file reads it. */
export const WEIGHT_READERS: Readonly<Record<WeightFormat, WeightReader>> = {
  npz: {
    recognizes: ({ bytes }) => isZip(bytes) || isNpy(bytes),
    takesAll: false,
    read: (file, _, budget) =>
      isNpy(file.bytes) ? readNpy(file, budget) : readArchive(file, budget),
  },
  safetensors: {
    recognizes: ({ name, bytes }) =>
      isSafetensors(bytes) || (!isJson(bytes) && /\.safetensors$/i.test(name)),
    takesAll: false,
    read: (file, _, budget) => readSafetensors(file, budget),
  },
  tfjs: {
    recognizes: ({ bytes }) => isJson(bytes) && isModel(bytes),
    takesAll: true,
    read: readTfjs,
  },
};

/** Whether the first visible byte of a file, among its first 1,000, is "{". */
export function isJson(bytes: Uint8Array): boolean {
  const skipped = [0x20, 9, 10, 13, 0xef, 0xbb, 0xbf];
  return bytes.subarray(0, 1000).find((byte) => !skipped.includes(byte)) === 0x7b;
}

function isZip(bytes: Uint8Array): boolean {
  return (
    bytes[0] === 0x50 &&
    bytes[1] === 0x4b &&
    ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6))
  );
}

/** Eight bytes of header length below 2^40, then "{". */
function isSafetensors(bytes: Uint8Array): boolean {
  return bytes[8] === 0x7b && bytes[5] === 0 && bytes[6] === 0 && bytes[7] === 0;
}

/**
 * Whether JSON is meant as a tfjs model: a cheap check; the reader then parses and validates it (and
 * rejects a file over its size limit, which is not searched here).
 */
function isModel(bytes: Uint8Array): boolean {
  if (bytes.length > MAX_MODEL_JSON) return true;
  return new TextDecoder().decode(bytes).includes('"weightsManifest"');
}

function readArchive(file: InputFile, budget: MemoryBudget): WeightFile {
  const entries = readZipDirectory(file);
  const names = entries.map(({ name }) => name);
  if (names.some((name) => name.endsWith('.pkl'))) throw refusal(file, PYTORCH_PICKLE);
  if (names.includes('model.weights.h5')) throw refusal(file, KERAS_ARCHIVE);
  return readNpz(file, budget, entries);
}
