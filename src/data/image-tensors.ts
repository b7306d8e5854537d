import { openSafetensors, type SafetensorsEntry } from '../files/safetensors.ts';
import { clip, FileError, type InputFile } from '../files/tensors.ts';
import { checkImageSet, MAX_CLASSES, MAX_SIDE, type ImageSet } from './dataset.ts';

const WAY_OUT =
  'in Python: safetensors.numpy.save_file({"images_u8": images, "labels": labels}, path), uint8 ' +
  '[n, h, w] or [n, h, w, c] (or [n, c, h, w]), c = 1 or 3, and one whole number an image';

/** Bytes of one label, and how it is read. */
const LABELS: Readonly<Record<string, readonly [number, (view: DataView, at: number) => number]>> =
  {
    U8: [1, (view, at) => view.getUint8(at)],
    I8: [1, (view, at) => view.getInt8(at)],
    I16: [2, (view, at) => view.getInt16(at, true)],
    U16: [2, (view, at) => view.getUint16(at, true)],
    I32: [4, (view, at) => view.getInt32(at, true)],
    U32: [4, (view, at) => view.getUint32(at, true)],
    I64: [8, (view, at) => Number(view.getBigInt64(at, true))],
    U64: [8, (view, at) => Number(view.getBigUint64(at, true))],
  };

interface Layout {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Whether the channels come first and must be brought last. */
  readonly channelsFirst: boolean;
}

const isColour = (count: number | undefined): boolean => count === 1 || count === 3;

/** [n, h, w], [n, h, w, c], or else [n, c, h, w]. */
function layoutOf([, a = 0, b = 0, c, ...more]: readonly number[]): Layout | null {
  if (more.length > 0) return null;
  if (c === undefined) return { height: a, width: b, channels: 1, channelsFirst: false };
  if (isColour(c)) return { height: a, width: b, channels: c, channelsFirst: false };
  return isColour(a) ? { height: b, width: c, channels: a, channelsFirst: true } : null;
}

function channelsLast(images: Uint8Array, { height, width, channels }: Layout): Uint8Array {
  const out = new Uint8Array(images.length);
  const [pixels, size] = [height * width, height * width * channels];
  for (let at = 0; at < images.length; at++) {
    const within = at % size;
    out[at - within + (within % pixels) * channels + Math.floor(within / pixels)] = images[at]!;
  }
  return out;
}

function find(entries: readonly SafetensorsEntry[], name: string, file: string): SafetensorsEntry {
  const found = entries.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  const names = entries.map((entry) => entry.name).join(', ');
  throw new FileError(
    'missing-file',
    file,
    `it holds no tensor "${name}" (but ${clip(names) || 'none'}); ${WAY_OUT}.`,
  );
}

function imagesOf(entry: SafetensorsEntry, data: Uint8Array, file: string) {
  const { dtype, shape, begin, end } = entry;
  const layout = shape.length === 3 || shape.length === 4 ? layoutOf(shape) : null;
  const sides = layout !== null && layout.height <= MAX_SIDE && layout.width <= MAX_SIDE;
  if (dtype !== 'U8' || layout === null || !sides || entry.count === 0)
    throw new FileError(
      'bad-layout',
      file,
      `"images_u8" is ${dtype} of shape ${clip(shape)}, which are no images; ${WAY_OUT}.`,
    );
  const bytes = data.subarray(begin, end);
  return { ...layout, images: layout.channelsFirst ? channelsLast(bytes, layout) : bytes.slice() };
}

function labelsOf(entry: SafetensorsEntry, data: Uint8Array, file: string): Int32Array {
  const { dtype, shape, begin, count } = entry;
  const read = Object.hasOwn(LABELS, dtype) ? LABELS[dtype] : undefined;
  if (read === undefined || shape.length !== 1)
    throw new FileError(
      'bad-layout',
      file,
      `"labels" is ${dtype} of shape ${clip(shape)}, not a list of whole numbers; ${WAY_OUT}.`,
    );
  const view = new DataView(data.buffer, data.byteOffset + begin);
  return Int32Array.from({ length: count }, (_, n) => {
    const label = read[1](view, n * read[0]);
    if (label >= 0 && label < MAX_CLASSES) return label;
    throw new FileError(
      'bad-value',
      file,
      `the label of image ${n} is ${label}, but labels are from 0 to ${MAX_CLASSES - 1}.`,
    );
  });
}

/**
 * Images and labels of a safetensors file: `images_u8`, uint8 [n, h, w], [n, h, w, c] or
 * [n, c, h, w], and `labels`, n whole numbers. There are as many classes as the largest label says,
 * and at least 2.
 * @throws FileError naming what is wrong and how to fix it.
 */
export function readImageTensors(file: InputFile): ImageSet {
  const { entries, data } = openSafetensors(file);
  const { height, width, channels, images } = imagesOf(
    find(entries, 'images_u8', file.name),
    data,
    file.name,
  );
  const labels = labelsOf(find(entries, 'labels', file.name), data, file.name);
  const most = labels.reduce((top, label) => Math.max(top, label), 1);
  const classes = Array.from({ length: most + 1 }, (_, label) => String(label));
  try {
    return checkImageSet({ name: file.name, images, labels, classes, height, width, channels });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new FileError('bad-layout', file.name, `${error.message} ${WAY_OUT}.`);
  }
}
