import { FileError } from '../files/tensors.ts';
import type { InputFile } from '../files/tensors.ts';
import { MAX_SIDE } from './dataset.ts';

/** Images of an idx file: `count` of `height` x `width` grey bytes, a view of the file. */
export interface IdxImages {
  readonly kind: 'idx-images';
  readonly file: string;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly pixels: Uint8Array;
}

/** Labels of an idx file, a view of it. */
export interface IdxLabels {
  readonly kind: 'idx-labels';
  readonly file: string;
  readonly labels: Uint8Array;
}

const WAY_OUT = 'copy or download it again.';

/** Whether a file begins as the idx files of MNIST do: bytes of rank 1 or 3. */
export function isIdx({ bytes }: InputFile): boolean {
  const [a, b, type, rank] = bytes;
  return a === 0 && b === 0 && type === 8 && (rank === 1 || rank === 3);
}

/** Whether the sizes in an idx header account for exactly the bytes of the file. */
export function idxFits({ bytes }: InputFile): boolean {
  const sizes = sizesOf(bytes);
  return sizes !== undefined && bytes.length === expected(sizes);
}

/**
 * Images (magic 2051) or labels (2049) of an idx file. Nothing is allocated: the sizes in the
 * header must account for every byte of the file.
 * @throws FileError
 * @see LeCun, Cortes, Burges, "The MNIST database of handwritten digits", file formats
 */
export function readIdx(file: InputFile): IdxImages | IdxLabels {
  const { bytes, name } = file;
  const sizes = sizesOf(bytes);
  if (sizes === undefined) {
    throw new FileError('truncated', name, `it ends inside its header; ${WAY_OUT}`);
  }
  const want = expected(sizes);
  if (bytes.length !== want) {
    throw new FileError(
      bytes.length < want ? 'truncated' : 'bad-layout',
      name,
      `its header announces ${sizes.join(' x ')} bytes after ${want - product(sizes)}, ` +
        `${want} in all, but it has ${bytes.length}; ${WAY_OUT}`,
    );
  }
  const [count, height, width] = sizes;
  if (count === 0) throw new FileError('bad-value', name, `it announces no entry; ${WAY_OUT}`);
  if (height === undefined || width === undefined) return labels(file);
  checkSides(name, height, width);
  return {
    kind: 'idx-images',
    file: name,
    count: count!,
    height,
    width,
    pixels: bytes.subarray(16),
  };
}

function labels({ name, bytes }: InputFile): IdxLabels {
  const values = bytes.subarray(8);
  const wrong = values.findIndex((label) => label > 9);
  if (wrong < 0) return { kind: 'idx-labels', file: name, labels: values };
  throw new FileError(
    'bad-value',
    name,
    `label ${wrong} is ${values[wrong]!}, but the labels of MNIST and its likes are 0 to 9; give ` +
      'other sets as a folder of class folders.',
  );
}

function checkSides(name: string, height: number, width: number): void {
  if (height >= 1 && width >= 1 && height <= MAX_SIDE && width <= MAX_SIDE) return;
  throw new FileError(
    'bad-value',
    name,
    `its images are ${height} x ${width}, but sides from 1 to ${MAX_SIDE} are read.`,
  );
}

function sizesOf(bytes: Uint8Array): number[] | undefined {
  const rank = bytes[3] ?? 0;
  if (bytes.length < 4 + 4 * rank) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
}

/** Three sizes below 2^32 may pass 2^53, where a double rounds; no file is so long as to match. */
function expected(sizes: readonly number[]): number {
  return 4 + 4 * sizes.length + product(sizes);
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
