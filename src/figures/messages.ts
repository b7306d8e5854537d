/** Words of the figures that several panels show. */
export const FIGURE_TEXT = {
  norm: 'Norm',
  norms: { l1: 'ℓ1', linf: 'ℓ∞', lower: 'ℓ2, lower end', upper: 'ℓ2, upper end' },
  axes: { l1: 'ℓ1 norm', linf: 'ℓ∞ norm', lower: 'ℓ2 (lower end)', upper: 'ℓ2 (upper end)' },
  layers: 'Layers',
  kinds: { conv: 'conv', batchnorm: 'BatchNorm', dense: 'dense' },
  dropped: 'those that the paper’s code drops',
  axis: 'Norms on a',
  scales: { linear: 'linear axis', log: 'logarithmic axis' },
  rule: 'Bandwidth',
  rules: { scott: 'Scott', silverman: 'Silverman', typed: 'typed factor' },
  factor: 'Factor of the deviation',
  factorWrong: 'Give a positive number.',
  svg: 'SVG',
  png: 'PNG',
  csv: 'CSV',
  noPng: (why: string): string =>
    `The PNG could not be made (${why}). Save the SVG, which holds the same picture.`,
  pending: (name: string, count: number): string =>
    count === 1
      ? `1 layer of ${name} is not computed yet.`
      : `${count} layers of ${name} are not computed yet.`,
  left: (name: string, layers: string): string =>
    `Left out of ${name}, without this norm: ${layers}.`,
  noL2: (name: string): string =>
    `${name} is a run, whose ℓ2 norms are not bracketed here: open it in the net inspector.`,
  notPositive: (name: string, layers: string): string =>
    `Left out of ${name}, since zero has no place on a logarithmic axis: ${layers}.`,
  robust: (names: string, way: string): string => `Robust accuracy of ${names}: ${way}.`,
  robustBy: (attack: string, count: number): string =>
    `${attack}; both accuracies on the same ${count} images`,
  density: {
    title: 'Density of the layers’ norms',
    y: 'Density',
    perDecade: 'Density per decade',
    legend: 'Net',
    legendAccuracy: 'Net (clean accuracy; n layers, bandwidth h)',
    legendRobust: 'Net (clean | robust accuracy; n layers, bandwidth h)',
    entry: (name: string, n: number, h: string): string => `${name} (n = ${n}, h = ${h})`,
    measured: (name: string, rates: string, n: number, h: string): string =>
      `${name} (${rates}; n = ${n}, h = ${h})`,
    noCurve: (name: string, n: number): string => `${name} (n = ${n}, no curve)`,
    none: (name: string, reason: string): string => `${name} has no curve. ${reason}`,
    cursor: 'Place on the axis',
    help: 'Point at the figure, or use the arrow keys; with Shift they go from layer to layer.',
    reading: (x: string, curves: string, nearest: string): string =>
      `at ${x}: ${curves}. ${nearest}`,
    height: (name: string, value: string): string => `${name} ${value}`,
    nearest: (layer: string, net: string, value: string): string =>
      `Nearest: ${layer} of ${net}, ${value}.`,
    about:
      'Gaussian kernel density on 200 points, three bandwidths beyond the data, as in Figure 2; a tick for ' +
      'every layer. Norms are never negative; the curve may reach below 0.',
    aboutLog:
      'Gaussian kernel density of the norms’ decimal logarithms on 200 points, three bandwidths beyond the ' +
      'data; h is in decades. (Figure 2 of the paper has a linear axis.)',
  },
  bars: {
    title: 'Norms layer by layer',
    x: 'Layer',
    legend: 'Net',
    cursor: 'Layer',
    help: 'Point at the figure, or use the arrow keys, to read a layer’s norms.',
    reading: (layer: string, values: string): string => `${layer}: ${values}`,
    value: (name: string, value: string): string => `${name} ${value}`,
    unknown: '–',
    place: (kind: string, n: number): string => `${kind} ${n}`,
    byPlace:
      'These nets have layers of different names: they are matched by their place among the layers of their kind.',
    about:
      'In the order in which the net registers its layers. A layer without a bar has no such norm.',
  },
} as const;
