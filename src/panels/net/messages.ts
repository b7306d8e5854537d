import { WEIGHT_FORMATS_TEXT } from '../../model/net/weight-formats.ts';

/** Messages of the net inspector. */
export const TEXT = {
  title: 'Net inspector',
  intake: {
    title: 'Weights',
    drop: 'Drop the weights of a net here, or',
    choose: 'Choose files…',
    more: 'Open another net: drop its weights here, or',
    kinds:
      `Takes ${WEIGHT_FORMATS_TEXT}. A net description (arch.json) given with ` +
      'them, or later, makes the geometry exact. Files are read on this machine and never uploaded.',
    example: 'Open the example',
    exampleAbout: 'A small VGG-11 with random weights (PyTorch’s default initialization, seed 1).',
    reading: (names: string): string => `Reading ${names || 'the example'}…`,
    decoding: 'Decoding…',
    stop: 'Stop reading',
    refused: 'This could not be opened.',
    kept: 'Nets that were open stay open.',
    dismiss: 'Close this message',
  },
  empty: {
    what:
      'Open a trained net to see one row for each convolution, dense and BatchNorm layer: its exact ' +
      'ℓ1 and ℓ∞ operator norm, a certified interval around its ℓ2 norm, and whether the paper’s ' +
      'Assumption 1 holds for it. The norms of the whole net are drawn as a density, as in Figure 2 of ' +
      'the paper, and compared if you open several nets.',
    convert:
      'A PyTorch .pt file holds a pickle, which can run code. Convert it where you trust it:',
    snippet:
      'import torch; from safetensors.torch import save_file\nsave_file(torch.load("net.pt", weights_only=True), "net.safetensors")',
  },
  nets: {
    title: 'Open nets',
    layers: (count: number): string => (count === 1 ? '1 layer' : `${count} layers`),
    remove: 'Remove',
    removeNet: (name: string): string => `Remove ${name}`,
    removed: (name: string): string => `${name} was removed.`,
    undo: 'Undo',
    described: 'geometry from its description',
    guessed: 'geometry guessed from shapes',
    notes: (count: number): string =>
      count === 1 ? '1 tensor is not in the table' : `${count} tensors are not in the table`,
  },
  table: {
    title: (net: string): string => `Layers of ${net}`,
    region: 'Table of layers: scroll with the arrow keys',
    columns: {
      place: '#',
      name: 'Layer',
      kind: 'Kind',
      shape: 'Weight',
      geometry: 'Geometry',
      assumption: 'Assumption 1',
      l1: 'ℓ1',
      linf: 'ℓ∞',
      l2: 'ℓ2 between',
      gap: 'gap',
    },
    kinds: {
      conv2d: 'conv',
      'conv-transpose2d': 'transposed conv',
      dense: 'dense',
      batchnorm2d: 'BatchNorm',
    },
    open: (layer: string): string => `Open ${layer} in the Layer panel`,
    details: (layer: string): string => `Details of ${layer}`,
    refine: 'Refine',
    refineLayer: (layer: string): string => `Refine the ℓ2 interval of ${layer}`,
    refineAll: 'Refine every ℓ2',
    stop: 'Stop',
    resume: (left: number): string =>
      left === 1 ? 'Compute the remaining layer' : `Compute the ${left} remaining layers`,
    computing: (left: number): string => (left === 1 ? '1 layer left.' : `${left} layers left.`),
    underWay: 'Computing.',
    pending: '…',
    notTaken: 'not bracketed',
    point: 'exact',
    smallGap: '< 0.001 %',
    failed: 'No norms',
    stopped: 'A computation failed.',
    couldNotOpen: 'The layer could not be opened.',
    exportDescription: 'Description (JSON)',
    importDescription: 'Import a description…',
    exportTable: 'Table (CSV)',
    badges: 'ℓ1 and ℓ∞ are exact; the ends of ℓ2 are certified, rounding included.',
  },
  assumption: {
    both: 'holds',
    sharp: 'sharp only',
    fails: 'fails',
    none: '–',
    axes: ['vertically', 'horizontally'],
    printedHolds: 'Assumption 1 holds as printed, so formulas (1) and (2) are exact.',
    sharpHolds:
      'Assumption 1 fails as printed, but its sharp form (c = ⌈p/s⌉, possibly 0) holds: some window lies ' +
      'entirely inside the input, which suffices for formulas (1) and (2).',
    neither:
      'Assumption 1 fails, also in its sharp form: no window lies entirely inside the input, so every row of M ' +
      'misses taps and formula (2) is too large unless the missing taps are zero.',
    inequality: (values: { axis: string; form: string; left: number; right: number }): string =>
      `${values.form}, ${values.axis}: κ + c·s − p = ${values.left} ${values.left <= values.right ? '≤' : '>'} h = ${values.right}`,
    printed: 'as printed',
    sharpForm: 'sharp',
    circular: 'The assumption concerns zero padding; this layer pads circularly.',
  },
  details: {
    norms: 'Norms, all digits',
    formula: (n: number, norm: string): string => `Eq. (${n}) for ${norm}`,
    times: (ratio: string): string => `${ratio} × the truth`,
    equal: 'equal to the truth',
    upper: (ratio: string): string => `${ratio} × the certified lower end`,
    geometry: 'Geometry',
    exactGeometry: 'This geometry comes from the net’s description.',
    guessHelp:
      'The weights file does not state these. They have the usual values until you change them; what you ' +
      'set counts as known.',
    batchNorm:
      'max |γ| / √(variance + ε): BatchNorm in inference mode is a diagonal matrix, so all three norms are this.',
    dense:
      'A dense layer’s matrix is its weight: ℓ1 is the largest column sum of |W|, ℓ∞ the largest row sum.',
  },
  geometry: {
    kind: 'Kind',
    kinds: { conv: 'Convolution', 'transposed-conv': 'Transposed convolution' },
    input: 'Input',
    inputs: ['Input height', 'Input width'],
    stride: 'Stride',
    strides: ['Vertical stride', 'Horizontal stride'],
    padding: 'Padding T B L R',
    sides: ['Top padding', 'Bottom padding', 'Left padding', 'Right padding'],
    dilation: 'Dilation',
    dilations: ['Vertical dilation', 'Horizontal dilation'],
    groups: 'Groups',
    sameInput: (size: string, count: number): string =>
      count === 1
        ? `Use ${size} for the other guessed layer`
        : `Use ${size} for the ${count} other guessed layers`,
    eps: 'ε',
    link: 'Same on both axes',
  },
} as const;
