import { FileError } from '../files/tensors.ts';
import type { InputFile } from '../files/tensors.ts';
import { badLabel, CIFAR_BYTES } from './cifar.ts';
import type { CifarBatch } from './cifar.ts';
import { readPickle } from './pickle.ts';
import { ByteArray } from './pickle-numpy.ts';
import type { PickleValue } from './pickle-numpy.ts';

/** The class names of a `batches.meta`. */
export interface ClassNames {
  readonly kind: 'names';
  readonly file: string;
  readonly classes: readonly string[];
}

/** Whether a file begins as a pickle of protocol 2 to 5. */
export function isPickle({ bytes }: InputFile): boolean {
  return bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5;
}

/**
 * A batch of cifar-10-python (`data` [n, 3072] and `labels`), or its `batches.meta`.
 * @throws FileError
 * @see Krizhevsky, "The CIFAR-10 dataset", Python version
 */
export function readCifarPickle(file: InputFile): CifarBatch | ClassNames {
  const dict = readPickle(file);
  if (!(dict instanceof Map)) throw wrong(file, 'it holds no dict');
  if (dict.has('label_names')) return classNames(file, dict.get('label_names'));
  if (dict.has('fine_labels')) throw wrong(file, 'its labels are those of CIFAR-100');
  const data = dict.get('data');
  if (!(data instanceof ByteArray)) throw wrong(file, 'its "data" is no array of bytes');
  const labels = labelsOf(file, dict.get('labels'));
  const [count, width] = data.shape;
  if (data.shape.length !== 2 || width !== CIFAR_BYTES || count !== labels.length) {
    throw wrong(
      file,
      `its data are ${data.shape.slice(0, 9).join(' x ')} beside ${labels.length} labels, where ` +
        `${labels.length} x ${CIFAR_BYTES} are needed`,
    );
  }
  const layout = { bytes: rowMajor(data, count), offset: 0, stride: CIFAR_BYTES };
  return { kind: 'cifar', file: file.name, labels, ...layout };
}

function rowMajor({ bytes, columnMajor }: ByteArray, count: number): Uint8Array {
  if (!columnMajor) return bytes;
  const rows = new Uint8Array(bytes.length);
  for (let column = 0, from = 0; column < CIFAR_BYTES; column++) {
    for (let row = 0; row < count; row++) rows[row * CIFAR_BYTES + column] = bytes[from++]!;
  }
  return rows;
}

function labelsOf(file: InputFile, values: PickleValue | undefined): Uint8Array {
  if (!Array.isArray(values) || values.length === 0) throw wrong(file, 'it has no list of labels');
  const bad = values.findIndex(
    (v) => !(Number.isInteger(v) && (v as number) >= 0 && (v as number) <= 9),
  );
  if (bad >= 0) throw badLabel(file.name, bad, values[bad]);
  return Uint8Array.from(values as number[]);
}

function classNames(file: InputFile, names: PickleValue | undefined): ClassNames {
  const list = Array.isArray(names) ? names : [];
  const classes = list.map((name) => {
    const text =
      name instanceof Uint8Array ? new TextDecoder('latin1').decode(name.subarray(0, 80)) : name;
    if (typeof text === 'string') return text.slice(0, 80);
    throw wrong(file, 'its label_names are no texts');
  });
  if (classes.length === 10) return { kind: 'names', file: file.name, classes };
  throw wrong(file, `it names ${classes.length} classes, not the 10 of CIFAR-10`);
}

function wrong(file: InputFile, what: string): FileError {
  return new FileError(
    'bad-layout',
    file.name,
    `it is a pickle, but no batch of CIFAR-10 (${what}); give data_batch_1 to 5 and test_batch.`,
  );
}
