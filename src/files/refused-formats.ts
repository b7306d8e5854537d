import { WEIGHT_FORMATS_TEXT } from '../model/net/weight-formats.ts';
import { FileError } from './tensors.ts';
import type { InputFile } from './tensors.ts';

/** Why a PyTorch file is refused, and how to convert it. */
export const PYTORCH_PICKLE =
  'it is a PyTorch file, which holds a pickle: opening one runs whatever code it contains, ' +
  'so it is not opened here. Convert it where you trust it, in Python: ' +
  'safetensors.torch.save_file(torch.load(path, weights_only=True), "weights.safetensors"), ' +
  'where the file holds a state_dict.';

/** Why a .keras archive is refused, and how to convert it. */
export const KERAS_ARCHIVE =
  'it is a .keras archive, whose weights are HDF5; save them in Python with ' +
  'numpy.savez("weights.npz", **{w.path: w.numpy() for w in model.weights}).';

const HDF5 =
  'it is HDF5 (a Keras .h5); save its weights in Python with numpy.savez("weights.npz", ' +
  '**{w.name: w.numpy() for w in model.weights}).';

const GGUF =
  'it is GGUF, whose values are mostly block-quantized; use the safetensors that it was made from.';

const JSON_WITHOUT_WEIGHTS =
  'it is JSON without a weightsManifest, so it holds no weights; drop a net description ' +
  'together with its weights, or a tfjs model.json with its shards.';

/** Formats that are recognized by their first bytes but not read, and why. */
const REFUSED: readonly { readonly magic: readonly number[]; readonly reason: string }[] = [
  ...[2, 3, 4, 5].map((version) => ({ magic: [0x80, version], reason: PYTORCH_PICKLE })),
  { magic: [0x89, 0x48, 0x44, 0x46], reason: HDF5 },
  { magic: [0x47, 0x47, 0x55, 0x46], reason: GGUF },
];

/** The error for a file of a known format that is not read. */
export function refusal({ name }: InputFile, reason: string): FileError {
  return new FileError('refused-format', name, reason);
}

/** The error for JSON that no reader recognizes, where weights are needed. */
export const jsonRefusal = (file: InputFile): FileError => refusal(file, JSON_WITHOUT_WEIGHTS);

/** The error for a file that no reader recognizes. */
export function unreadable(file: InputFile): FileError {
  const { bytes, name } = file;
  const known = REFUSED.find(({ magic }) => magic.every((byte, k) => bytes[k] === byte));
  if (known !== undefined) return refusal(file, known.reason);
  const start = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0'));
  const what =
    bytes.length === 0
      ? 'it is empty'
      : `its first bytes (${start.join(' ')}) are those of no format that is read here`;
  return new FileError('unknown-format', name, `${what}; give ${WEIGHT_FORMATS_TEXT}.`);
}
