/** A weight's name on screen. */
const weight = (at: string): string => `K[${at}]`;

/** Messages of the part of the Train panel that shows norm decay at work. */
export const TEXT = {
  title: 'Norm decay, one line at a time',
  none: {
    what:
      'A run with norm decay shows Algorithm 1 at work here: the kernel of a layer, the column or row of M that ' +
      'attains its norm, and h, which pulls the weights on it towards zero, one line of the algorithm at a time.',
    this: (regularizer: string): string =>
      `This run does not use it: its regularizer is “${regularizer}”.`,
    make: 'New run like this with norm decay',
  },
  layer: 'Layer',
  loading: 'Reading the kernel…',
  refused: 'The kernel could not be read.',
  again: 'Try again',
  leftOut:
    'This layer is excluded from norm decay, as in the authors’ code: it has no h. Choose another layer.',
  next: 'Next line',
  whole: 'Whole step',
  follow: 'Follow while it trains',
  group: 'Step of norm decay',
  taking: 'Taking the step…',
  hints: {
    running: 'Pause the run to go through a step line by line.',
    over: 'This run is finished: its next step can be inspected, not taken.',
    ready: 'Next line walks through the next step; the fifth line takes it.',
    after: 'The step is taken. Next line starts the following step.',
  },
  shows: (step: number): string => `Shown: after step ${step}`,
  before: (step: number): string => `Shown: before step ${step}`,
  stale: (step: number): string => `The run is at step ${step}.`,
  image: {
    label: (layer: string): string =>
      `Kernel of ${layer} with h: rows are output channels, columns input channels; arrow keys move, Enter picks a weight`,
    overview: (layer: string): string =>
      `All channels of ${layer}: arrow keys move, Enter shows the weights at the cursor`,
    axes: 'output channel i ↓, input channel j →, taps k ↓ and t → within',
    part: (values: { i: string; j: string; outputs: string; inputs: string }): string =>
      `Output channels ${values.i} of ${values.outputs}, input channels ${values.j} of ${values.inputs}.`,
    partGroup: (groups: number): string =>
      `The layer has ${groups} groups: j counts within the group of i.`,
    range: (from: number, to: number): string => (from === to ? String(from) : `${from}–${to}`),
    wholeTitle: 'All channels',
    overviewAbout: (bin: string): string =>
      `Each cell: the weight of largest |K| of ${bin}. The frame marks the part shown beside; click to move it.`,
    bin: (down: number, across: number): string =>
      down * across === 1 ? 'a channel pair' : `${down} × ${across} channel pairs`,
    overviewAt: (i: string, j: string, value: string): string =>
      `Output channels ${i}, input channels ${j}: ${value} is the weight of largest size.`,
    reading: (values: { at: string; weight: string; h: string; more: string }): string =>
      `${weight(values.at)} = ${values.weight}, h = ${values.h}${values.more}`,
    attains: (slice: string): string => `; on the ${slice} that attains the norm`,
    help: 'Point at a weight, or use the arrow keys; Enter or a click selects it for the lines.',
    toSlice: 'Show the norm’s channel',
    scale: (largest: string): string =>
      `K from −${largest} to ${largest}: blue below zero, orange above`,
    marks: {
      h: 'marks: h, + above and − below zero, longest for ±1',
      p: 'marks: p = sign(K) on the outlined weights',
    },
    outline: 'solid frame: attains the norm',
    changed: 'dashed frame: weights that this line changes',
    file: 'kernel',
    title: 'Kernel with h',
    csv: ['i', 'j', 'k', 't', 'K', 'h', 'attains the norm'],
  },
  slices: { columns: 'column', rows: 'row' },
  lines: {
    title: 'Algorithm 1',
    repo: 'as the authors’ code ran it',
    done: 'done',
    gradient: 'The gradient of the loss on the next batch; known when the step is taken.',
    gradientWas: (largest: string, at: string, own: string): string =>
      `Largest |∇L| on the framed weights ${largest}; of ${weight(at)} ${own}.`,
    norm: (values: {
      symbol: string;
      value: string;
      slice: string;
      channel: string;
      taps: string;
    }): string =>
      `${values.symbol} = ${values.value}, attained by a ${values.slice} of ${values.channel} (${values.taps}).`,
    channels: {
      columns: (channel: number): string => `input channel ${channel}`,
      rows: (channel: number): string => `output channel ${channel}`,
    },
    allTaps: (count: number): string => (count === 1 ? 'its one tap' : `all ${count} taps`),
    someTaps: (taps: string): string => `taps ${taps}`,
    signs: (plus: string, minus: string): string =>
      `There p is +1 at ${plus} and −1 at ${minus} weights, elsewhere 0.`,
    notFinite: 'A weight of this layer is not a number: the layer is skipped.',
    keep: (values: { at: string; gamma: string; h: string; p: string; next: string }): string =>
      `${weight(values.at)}: ${values.gamma} · ${values.h} + (1 − ${values.gamma}) · ${values.p} = ${values.next}.`,
    set: (values: { at: string; p: string }): string =>
      `${weight(values.at)} is on it: h = sign(K) = ${values.p}.`,
    fade: (values: { at: string; gamma: string; h: string; next: string }): string =>
      `${weight(values.at)} is not on it: ${values.gamma} · ${values.h} = ${values.next}.`,
    push: (values: { scale: string; at: string; h: string; sum: string }): string =>
      `${values.scale}; ${weight(values.at)} gets ${values.h} times that: ${values.sum}.`,
    scale: {
      paper: (beta: string, layers: number, scale: string): string =>
        `β/N = ${beta}/${layers} = ${scale}`,
      repo: (beta: string): string => `β = ${beta}`,
    },
    ahead: (rate: string, momentum: string): string =>
      `lr = ${rate}, μ = ${momentum}; v and K are known when the step is taken.`,
    velocity: (values: { momentum: string; v: string; g: string; next: string }): string =>
      `v = ${values.momentum} · ${values.v} + ${values.g} = ${values.next}.`,
    moved: (values: { at: string; old: string; rate: string; v: string; next: string }): string =>
      `${weight(values.at)} = ${values.old} − ${values.rate} · ${values.v} = ${values.next}.`,
    normMoved: (symbol: string, old: string, next: string): string =>
      `${symbol}: ${old} → ${next}.`,
    minus: (value: string): string => (value.startsWith('−') ? `(${value})` : value),
  },
  norms: { l1: 'ℓ1 norm', linf: 'ℓ∞ norm' },
} as const;
