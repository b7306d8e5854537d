/** Messages of the Compare panel. */
export const TEXT = {
  title: 'Compare',
  badLink: 'The link could not be read.',
  badLinkHelp: 'The figures show their default state.',
  empty: {
    title: 'Nothing to compare yet',
    what:
      'This panel plots the layer norms of trained runs and opened nets on common axes: their ' +
      'density, as in Figure 2 of the paper, layer by layer, and over training.',
    how: 'Train two runs with different regularizers, or open the weights of a net of your own.',
    example: 'Open the example net',
    opening: 'Opening…',
    train: 'Train a run',
    net: 'Open a net',
  },
  entries: {
    title: 'Runs and nets',
    run: 'run',
    net: 'net',
    robust: (rate: string): string => `robust accuracy ${rate}`,
    under: (attack: string): string => `under ${attack}`,
    accuracy: (rate: string): string => `clean accuracy ${rate}`,
    interval: (lower: string, upper: string, n: string): string =>
      `${lower} to ${upper} %, n = ${n}`,
    unmeasured: 'clean accuracy not measured',
    noEpoch: 'clean accuracy unknown until an epoch ends',
    step: (step: string, steps: string): string => `step ${step} of ${steps}`,
    more: 'To add more:',
    about: 'The ranges are 95 % confidence intervals (Wilson).',
    attack: 'Attack a net',
    partial: (name: string): string =>
      `${name} is training: its conv and dense layers are drawn as last recorded; BatchNorm, and which ` +
      'layers the paper’s code drops, are known when it pauses.',
    looking: (name: string): string => `The layers of ${name} are being read.`,
    unread: (name: string, why: string): string =>
      `Only the conv and dense layers of ${name} are drawn, as last recorded: ${why}`,
    listFailed: (why: string): string => `The stored runs could not be listed: ${why}`,
    noneShown: 'Choose a run or a net to draw it.',
    noLayers: 'Choose a kind of layers to draw it.',
  },
  options: {
    title: 'What is drawn',
    attackChoice: 'Robust accuracy under',
    anyAttack: 'AutoAttack, else the latest attack',
  },
  accuracies: {
    title: 'Clean against robust accuracy',
    x: 'clean accuracy, %',
    y: 'robust accuracy, %',
    cursor: 'Net',
    help: 'Point at the figure, or use the arrow keys, to read a net’s accuracies.',
    share: (rate: string, lower: string, upper: string): string => `${rate} (${lower} to ${upper})`,
    reading: (name: string, clean: string, robust: string): string =>
      `${name}: clean ${clean}, robust ${robust}`,
    table: [
      'net',
      'attack',
      'images',
      'clean right',
      'clean',
      'clean lower 95 %',
      'clean upper 95 %',
      'standing',
      'robust',
      'robust lower 95 %',
      'robust upper 95 %',
    ],
    about:
      'Whiskers are 95 % intervals (Wilson). No net can be above the dashed line: robust accuracy is at most clean accuracy.',
  },
  curves: {
    title: 'Norms over training',
    layer: 'Layer',
    largest: 'largest of all layers',
    x: 'step',
    axes: { l1: 'ℓ1 norm', linf: 'ℓ∞ norm' },
    cursor: 'Step',
    help: 'Point at the figure, or use the arrow keys; up and down switch runs.',
    reading: (step: string, values: string): string => `after step ${step}: ${values}`,
    value: (name: string, value: string): string => `${name} ${value}`,
    none: 'no norm there',
    table: ['run', 'layer', 'step', 'norm'],
    noL2: 'Runs record exact ℓ1 and ℓ∞ norms; ℓ2 is not recorded during training.',
    lacks: (name: string, layer: string): string =>
      `${name} has no conv or dense layer called ${layer}.`,
    pending: 'Reading the history.',
    about: 'Exact norms of conv and dense layers, recorded during training; step 0 is the start.',
  },
} as const;
