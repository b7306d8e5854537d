import { MemoryBudget } from './memory-budget.ts';
import { isNpy } from './npy.ts';
import { readNpy, readNpz } from './npz.ts';
import { readSafetensors } from './safetensors.ts';
import { clip, FileError } from './tensors.ts';
import type { InputFile, WeightFile } from './tensors.ts';
import { MAX_MODEL_JSON, readTfjs } from './tfjs.ts';
import { readZipDirectory } from './zip-directory.ts';

type Format = 'safetensors' | 'npz' | 'npy' | 'json' | 'unknown';

/** Most bytes that one set of files may have: its float32 must fit beside it in a page's memory. */
export const MAX_TOTAL_BYTES = 2_147_483_648;

const SAFETENSORS_WAY_OUT =
  'in Python: safetensors.torch.save_file(torch.load(path, weights_only=True), ' +
  '"weights.safetensors"), where the file holds a state_dict';

/**
 * Reads the weights in the files of one drop, telling the format by content. Several safetensors or
 * several npz/npy files are read as one set; a tfjs model is model.json and all its shards.
 *
 * All arrays together take at most twice the bytes of all files together: they go through `budget`,
 * which also measures them (see {@link MemoryBudget}).
 * Nothing in a file is ever executed: pickles (PyTorch's .pt and .pth) are recognised and refused.
 * @throws FileError (a rejection, and the only one) naming the file, what is wrong and the way out.
 */
// oxlint-disable-next-line @typescript-eslint/require-await -- callers may not count on a sync answer
export async function readWeights(
  files: readonly InputFile[],
  budget = new MemoryBudget(),
): Promise<WeightFile> {
  budget.give(checkedSize(files));
  const formats = files.map(formatOf);
  const model = files.find((file, k) => formats[k] === 'json' && isModel(file));
  if (model !== undefined) {
    const shards = files.filter((file) => file !== model);
    return readTfjs(model, shards, budget);
  }
  return merge(
    files.map((file, k) => READERS[formats[k]!](file, budget)),
    files,
  );
}

const READERS: Readonly<Record<Format, (file: InputFile, budget: MemoryBudget) => WeightFile>> = {
  safetensors: readSafetensors,
  npz: readArchive,
  npy: readNpy,
  json: (file) => {
    throw new FileError(
      'refused-format',
      file.name,
      'it is JSON without a weightsManifest, so it holds no weights; drop a net description ' +
        'together with its weights, or a tfjs model.json with its shards.',
    );
  },
  unknown: (file) => {
    throw unreadable(file);
  },
};

/** Bytes of all files together. @throws FileError without any, and above the cap */
function checkedSize(files: readonly InputFile[]): number {
  if (files.length === 0)
    throw new FileError(
      'missing-file',
      'no file',
      'no file was given; drop a .safetensors, a .npz, or a tfjs model.json with its shards.',
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

function formatOf({ name, bytes }: InputFile): Format {
  if (beginsWith(bytes, [0x50, 0x4b, 3, 4]) || beginsWith(bytes, [0x50, 0x4b, 5, 6])) return 'npz';
  if (isNpy(bytes)) return 'npy';
  if (bytes[8] === 0x7b && bytes[5] === 0 && bytes[6] === 0 && bytes[7] === 0) return 'safetensors';
  if (firstVisible(bytes) === 0x7b) return 'json';
  return /\.safetensors$/i.test(name) ? 'safetensors' : 'unknown';
}

function beginsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, k) => bytes[k] === byte);
}

/** The first byte that is not white space or a byte order mark, among the first 1,000. */
function firstVisible(bytes: Uint8Array): number | undefined {
  return bytes
    .subarray(0, 1000)
    .find((byte) => ![0x20, 9, 10, 13, 0xef, 0xbb, 0xbf].includes(byte));
}

/**
 * Whether JSON is meant as a tfjs model; a cheap look, the reader then parses and checks it (and
 * refuses one over its cap, which is not searched here).
 */
function isModel({ bytes }: InputFile): boolean {
  if (bytes.length > MAX_MODEL_JSON) return true;
  return new TextDecoder().decode(bytes).includes('"weightsManifest"');
}

function readArchive(file: InputFile, budget: MemoryBudget): WeightFile {
  const entries = readZipDirectory(file);
  const names = entries.map(({ name }) => name);
  if (names.some((name) => /(^|\/)data\.pkl$|\.pkl$/.test(name))) throw pickled(file);
  if (names.includes('model.weights.h5')) {
    throw new FileError(
      'refused-format',
      file.name,
      'it is a .keras archive, whose weights are HDF5; save them in Python with ' +
        'numpy.savez("weights.npz", **{w.path: w.numpy() for w in model.weights}).',
    );
  }
  return readNpz(file, budget, entries);
}

function pickled(file: InputFile): FileError {
  return new FileError(
    'refused-format',
    file.name,
    'it is a PyTorch file, which holds a pickle: opening one runs whatever code it contains, ' +
      `so it is not opened here. Convert it where you trust it, ${SAFETENSORS_WAY_OUT}.`,
  );
}

function unreadable(file: InputFile): FileError {
  const { bytes, name } = file;
  if (bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5) return pickled(file);
  if (beginsWith(bytes, [0x89, 0x48, 0x44, 0x46])) {
    return new FileError(
      'refused-format',
      name,
      'it is HDF5 (a Keras .h5); save its weights in Python with numpy.savez("weights.npz", ' +
        '**{w.name: w.numpy() for w in model.weights}).',
    );
  }
  if (beginsWith(bytes, [0x47, 0x47, 0x55, 0x46])) {
    return new FileError(
      'refused-format',
      name,
      'it is GGUF, whose values are mostly block-quantized; use the safetensors that it was ' +
        'made from.',
    );
  }
  const start = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0'));
  const what =
    bytes.length === 0
      ? 'it is empty'
      : `its first bytes (${start.join(' ')}) are those of no format that is read here`;
  return new FileError(
    'unknown-format',
    name,
    `${what}; give .safetensors, .npz, .npy, or a tfjs model.json with its shards.`,
  );
}

/** Files given together: a net description or geometry file, if there is one, and the weights. */
export interface SplitFiles {
  readonly description: InputFile | undefined;
  readonly weights: readonly InputFile[];
}

/**
 * Splits files given together into a net description (the JSON file that is no tfjs model) and
 * weights. Content decides, not names.
 * @throws FileError when there are two descriptions.
 */
export function splitFiles(files: readonly InputFile[]): SplitFiles {
  const descriptions = files.filter((file) => formatOf(file) === 'json' && !isModel(file));
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
