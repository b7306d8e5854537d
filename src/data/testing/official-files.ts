import { gzipSync } from 'node:zlib';
import type { InputFile } from '../../files/tensors.ts';

/** Builders of data-set files, honest or lying, that share no code with the readers under test. */

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** Bytes laid end to end. */
export function join(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts.map((part) => Uint8Array.from(part))));
}

/** Bytes that differ from place to place. */
export function counted(length: number, start = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, k) => (k * 7 + start) & 255);
}

/** A file packed by zlib, `.gz` added to its name. */
export function gz({ name, bytes }: InputFile): InputFile {
  return { name: `${name}.gz`, bytes: new Uint8Array(gzipSync(bytes)) };
}

/** An idx file from its sizes as stated, however many bytes follow. */
export function makeIdx(sizes: readonly number[], body: Uint8Array, type = 8): Uint8Array {
  const head = Buffer.alloc(4 + 4 * sizes.length);
  head[2] = type;
  head[3] = sizes.length;
  sizes.forEach((size, k) => head.writeUInt32BE(size, 4 + 4 * k));
  return join(head, body);
}

/** Records of cifar-10-binary; plane p of image k counts from 10 k + p. */
export function makeCifarBinary(labels: readonly number[]): Uint8Array {
  return join(...labels.flatMap((label, k) => [[label], makePlanes(k)]));
}

/** The three planes of image `k`. */
export function makePlanes(k: number): Uint8Array {
  return join(...[0, 1, 2].map((plane) => counted(1024, 10 * k + plane)));
}

/** An entry for {@link makeTar}; what is not given is true. */
export interface TarEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly size?: string;
  readonly type?: string;
  readonly sum?: string;
}

/** A tar archive as GNU tar writes it. */
export function makeTar(entries: readonly TarEntry[], end = 1024): Uint8Array {
  return join(...entries.flatMap(tarEntry), new Uint8Array(end));
}

function tarEntry(entry: TarEntry): Uint8Array[] {
  const { name, bytes } = entry;
  const header = Buffer.alloc(512);
  header.write(name, 0, 'latin1');
  header.write('0000644\0', 100);
  header.write(entry.size ?? `${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('        ', 148);
  header.write(entry.type ?? '0', 156);
  header.write('ustar  \0', 257);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(entry.sum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return [header, bytes, new Uint8Array((512 - (bytes.length % 512)) % 512)];
}

/** Opcodes of a pickle, written as Python 2 wrote the official batches (protocol 2). */
export const op = {
  proto: [0x80, 2],
  stop: [0x2e],
  mark: [0x28],
  dict: [0x7d],
  list: [0x5d],
  setItems: [0x75],
  appends: [0x65],
  reduce: [0x52],
  build: [0x62],
  tuple: [0x74],
  none: [0x4e],
  no: [0x89],
  yes: [0x88],
  put: (place: number): number[] => [0x71, place],
  byte: (value: number): number[] => [0x4b, value],
  word: (value: number): number[] => [0x4d, value & 255, value >> 8],
  int: (value: number): Uint8Array => join([0x4a], new Uint8Array(Int32Array.of(value).buffer)),
  text: (text: string): Uint8Array => join([0x55, text.length], ascii(text)),
  long: (bytes: Uint8Array): Uint8Array =>
    join([0x54], new Uint8Array(Uint32Array.of(bytes.length).buffer), bytes),
  global: (module: string, name: string): Uint8Array => ascii(`c${module}\n${name}\n`),
} as const;

/** NumPy's array of bytes [rows, columns] as a protocol 2 pickle has it. */
export function pickledArray(
  [rows, columns]: readonly [number, number],
  bytes: Uint8Array,
  fortran = false,
): Uint8Array {
  const { byte, word, int, text, global } = op;
  return join(
    global('numpy.core.multiarray', '_reconstruct'),
    op.put(7),
    global('numpy', 'ndarray'),
    op.put(8),
    byte(0),
    [0x85],
    op.put(9),
    text('b'),
    op.put(10),
    [0x87],
    op.put(11),
    op.reduce,
    op.put(12),
    op.mark,
    byte(1),
    word(rows),
    word(columns),
    [0x86],
    op.put(13),
    global('numpy', 'dtype'),
    op.put(14),
    text('u1'),
    op.put(15),
    byte(0),
    byte(1),
    [0x87],
    op.put(16),
    op.reduce,
    op.put(17),
    op.mark,
    byte(3),
    text('|'),
    op.put(18),
    op.none,
    op.none,
    op.none,
    int(-1),
    int(-1),
    byte(0),
    op.tuple,
    op.put(19),
    op.build,
    fortran ? op.yes : op.no,
    op.long(bytes),
    op.put(20),
    op.tuple,
    op.put(21),
    op.build,
  );
}

/** How a batch differs from an honest one in row-major order. */
export interface PickleLies {
  /** The data in Fortran's order, and truly so. */
  readonly fortran?: boolean;
  readonly rows?: number;
  readonly columns?: number;
  readonly labelsKey?: string;
  readonly extra?: Uint8Array | readonly number[];
}

/** A batch of cifar-10-python with the images of {@link makeCifarBinary}. */
export function makeCifarPickle(labels: readonly number[], lies: PickleLies = {}): Uint8Array {
  const rows = join(...labels.map((_, k) => makePlanes(k)));
  const n = labels.length;
  const columns = rows.map((_, at) => rows[(at % n) * 3072 + Math.floor(at / n)]!);
  const sizes = [lies.rows ?? n, lies.columns ?? 3072] as const;
  const array = pickledArray(sizes, lies.fortran ? columns : rows, lies.fortran);
  return join(
    op.proto,
    op.dict,
    op.put(1),
    op.mark,
    op.text('batch_label'),
    op.put(2),
    op.text('training batch 1 of 5'),
    op.put(3),
    op.text(lies.labelsKey ?? 'labels'),
    op.put(4),
    op.list,
    op.put(5),
    op.mark,
    ...labels.map((label) => op.byte(label)),
    op.appends,
    op.text('data'),
    op.put(6),
    array,
    lies.extra ?? [],
    op.text('filenames'),
    op.put(22),
    op.list,
    op.put(23),
    op.mark,
    ...labels.map((_, k) => op.text(`picture_s_00${k}.png`)),
    op.appends,
    op.setItems,
    op.stop,
  );
}

/** `batches.meta` of cifar-10-python. */
export function makeMetaPickle(names: readonly string[]): Uint8Array {
  return join(
    op.proto,
    op.dict,
    op.mark,
    op.text('num_cases_per_batch'),
    op.word(10_000),
    op.text('label_names'),
    op.list,
    op.mark,
    ...names.map(op.text),
    op.appends,
    op.text('num_vis'),
    op.word(3072),
    op.setItems,
    op.stop,
  );
}
