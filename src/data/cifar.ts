import { FileError } from '../files/tensors.ts';
import type { InputFile } from '../files/tensors.ts';

/** Bytes of one image of CIFAR-10: three planes (red, green, blue) of 32 rows of 32. */
export const CIFAR_BYTES = 3072;
/** A record of the binary version: a label, then the image. */
const RECORD = 1 + CIFAR_BYTES;
const PIXELS = 1024;

/** The classes of CIFAR-10 in the order of their labels. */
export const CIFAR_CLASSES: readonly string[] = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
];

/** One batch, as a view of its file: image k's planes begin at `offset + k * stride`. */
export interface CifarBatch {
  readonly kind: 'cifar';
  readonly file: string;
  readonly labels: Uint8Array;
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly stride: number;
}

/** Whether a file has the size of records of the binary version and a label before each. */
export function isCifarBinary({ bytes }: InputFile): boolean {
  return bytes.length > 0 && bytes.length % RECORD === 0 && firstWrongLabel(bytes) < 0;
}

/**
 * A batch of cifar-10-binary: 3,073-byte records.
 * @throws FileError
 * @see Krizhevsky, "The CIFAR-10 dataset", binary version
 */
export function readCifarBinary({ name, bytes }: InputFile): CifarBatch {
  if (bytes.length === 0 || bytes.length % RECORD !== 0) {
    throw new FileError(
      'truncated',
      name,
      `it has ${bytes.length} bytes, which is no whole number of records of ${RECORD} bytes; ` +
        'copy or download it again.',
    );
  }
  const wrong = firstWrongLabel(bytes);
  if (wrong >= 0) throw badLabel(name, wrong, bytes[wrong * RECORD]!);
  const labels = Uint8Array.from({ length: bytes.length / RECORD }, (_, k) => bytes[k * RECORD]!);
  return { kind: 'cifar', file: name, labels, bytes, offset: 1, stride: RECORD };
}

/** The error for a label that CIFAR-10 does not have. */
export function badLabel(name: string, index: number, label: unknown): FileError {
  return new FileError(
    'bad-value',
    name,
    `label ${index} is ${typeof label === 'number' ? label : 'no number'}, but those of CIFAR-10 ` +
      'are 0 to 9; copy or download it again.',
  );
}

function firstWrongLabel(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; at += RECORD) if (bytes[at]! > 9) return at / RECORD;
  return -1;
}

/** The images of batches laid end to end, as [N, 32, 32, 3] with their labels. */
export function joinCifar(batches: readonly CifarBatch[]): {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
} {
  const count = batches.reduce((sum, { labels }) => sum + labels.length, 0);
  const images = new Uint8Array(count * CIFAR_BYTES);
  const labels = new Uint8Array(count);
  let first = 0;
  for (const batch of batches) {
    labels.set(batch.labels, first);
    for (let k = 0; k < batch.labels.length; k++) {
      const at = batch.offset + k * batch.stride;
      interleave(batch.bytes.subarray(at, at + CIFAR_BYTES), images, (first + k) * CIFAR_BYTES);
    }
    first += batch.labels.length;
  }
  return { images, labels };
}

/** Three planes to red, green, blue by pixel. */
function interleave(planes: Uint8Array, out: Uint8Array, start: number): void {
  for (let pixel = 0, at = start; pixel < PIXELS; pixel++, at += 3) {
    out[at] = planes[pixel]!;
    out[at + 1] = planes[PIXELS + pixel]!;
    out[at + 2] = planes[2 * PIXELS + pixel]!;
  }
}
