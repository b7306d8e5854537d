/** A format of weight files: its name on screen and how it lays weights out. */
interface WeightFormatEntry {
  /** In sentences: "a .safetensors". */
  readonly label: string;
  /** File name endings that a file chooser offers. */
  readonly endings: readonly string[];
  /** `torch`: OIHW and [out, in]; `tfjs`: HWIO and [in, out]. */
  readonly layout: 'torch' | 'tfjs';
}

/** Every format that the lab reads; `files/weight-readers.ts` has the code of each. */
export const WEIGHT_FORMATS = {
  safetensors: { label: 'a .safetensors', endings: ['.safetensors'], layout: 'torch' },
  npz: { label: 'a .npz or .npy', endings: ['.npz', '.npy'], layout: 'torch' },
  tfjs: {
    label: 'a tfjs model.json with its shards',
    endings: ['.json', '.bin'],
    layout: 'tfjs',
  },
} as const satisfies Readonly<Record<string, WeightFormatEntry>>;

export type WeightFormat = keyof typeof WEIGHT_FORMATS;

const labels = Object.values(WEIGHT_FORMATS).map(({ label }) => label);

/** "a .safetensors, a .npz or .npy, or a tfjs model.json with its shards", for sentences. */
export const WEIGHT_FORMATS_TEXT = `${labels.slice(0, -1).join(', ')}, or ${labels.at(-1)!}`;

/** The `accept` attribute of a file chooser for weights and net descriptions. */
export const WEIGHT_FILE_ENDINGS = [
  ...new Set([...Object.values(WEIGHT_FORMATS).flatMap(({ endings }) => endings), '.json']),
].join(',');
