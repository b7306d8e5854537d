import { checkGeometry } from '../src/math/geometry.ts';
import { fillNormal } from '../src/math/random.ts';
import { optimizerStep, startOptimizer, type Optimizer } from '../src/train/optimizer.ts';
import type { LayerOperator, Parameter } from '../src/train/parameter.ts';
import { measureNorms, normFinder } from '../src/train/regularizers/norm-slices.ts';
import { clipSingularValues } from '../src/train/regularizers/svc.ts';
import type { NormDecaySettings, RegularizerSettings } from '../src/model/train/regularizer.ts';
import { report, short, summarize, type Row } from './bench.lib.ts';

/** [in, out, input side] of VGG-11's convs, 3x3 with padding 1, at width 1 on 32x32. */
const CONVS = [
  [3, 64, 32],
  [64, 128, 16],
  [128, 256, 8],
  [256, 256, 8],
  [256, 512, 4],
  [512, 512, 4],
  [512, 512, 2],
  [512, 512, 2],
] as const;
const CLASSES = 10;

function operatorOf(
  [dIn, dOut, side]: readonly [number, number, number],
  kernel: 1 | 3,
  layout: LayerOperator['layout'],
): LayerOperator {
  const pad = kernel === 3 ? 1 : 0;
  const geometry = checkGeometry({
    dIn,
    dOut,
    input: [side, side],
    kernel: [kernel, kernel],
    stride: [1, 1],
    dilation: [1, 1],
    padding: [pad, pad, pad, pad],
    groups: 1,
    boundary: 'zeros',
  });
  return { geometry, transposed: false, layout };
}

/** Conv and dense weights of VGG-11, float32, standard deviation 1/√fan-in. */
function vgg11(width: number, layout: LayerOperator['layout']): Parameter[] {
  const scaled = (channels: number): number => (channels === 3 ? 3 : channels * width);
  const operators = [
    ...CONVS.map(([dIn, dOut, side]) => operatorOf([scaled(dIn), scaled(dOut), side], 3, layout)),
    operatorOf([512 * width, CLASSES, 1], 1, layout),
  ];
  return operators.map((operator, at): Parameter => {
    const { weights, dOut } = operator.geometry;
    const values = fillNormal({ seed: 1, stream: at }, new Float32Array(weights));
    const fanIn = weights / dOut;
    values.forEach((value, n) => (values[n] = value / Math.sqrt(fanIn)));
    const kind = at < CONVS.length ? 'conv' : 'dense';
    return { name: `${kind}${at + 1}.weight`, kind, values, operator };
  });
}

const DECAY: NormDecaySettings = { beta: 1e-3, gamma: 0.5, mode: 'repo', layers: 'all' };
const REGULARIZERS: Readonly<Record<string, RegularizerSettings>> = {
  'plain SGD': { kind: 'none' },
  'weight decay': { kind: 'weight-decay', lambda: 1e-3 },
  'norm decay l1': { kind: 'norm-decay-l1', ...DECAY },
  'norm decay linf': { kind: 'norm-decay-linf', ...DECAY },
  'norm decay linf, paper': { kind: 'norm-decay-linf', ...DECAY, mode: 'paper' },
};

/** One step of each kind on weights of its own; the gradient is small, so that weights stay put. */
function works(width: number, layout: LayerOperator['layout']): Record<string, () => void> {
  const steps = Object.entries(REGULARIZERS).map(([name, regularizer]) => {
    const parameters = vgg11(width, layout);
    const optimizer: Optimizer = startOptimizer(parameters, regularizer);
    const gradients = parameters.map(({ values }) => values.map((one) => 1e-4 * one));
    const settings = { gradients, learningRate: 1e-3, momentum: 0.9, regularizer, batch: 0 };
    const work = (): void => {
      for (const run = optimizerStep(optimizer, settings); !run.next().done;);
    };
    return [name, work] as const;
  });
  const weights = vgg11(width, layout).flatMap((parameter) =>
    'operator' in parameter
      ? [{ values: parameter.values, finder: normFinder(parameter.operator) }]
      : [],
  );
  const norms = (): void => {
    for (const { finder, values } of weights) measureNorms(finder, values);
  };
  return { ...Object.fromEntries(steps), 'exact norms alone': norms };
}

const ROUNDS = 60;
const WARM_UP = 15;

/** All kinds in turn, round after round; the extra cost is the median of paired differences. */
function measure(width: number, layout: LayerOperator['layout']): Row[] {
  const entries = Object.entries(works(width, layout));
  const times = entries.map(() => [] as number[]);
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    entries.forEach(([, work], at) => {
      const start = performance.now();
      work();
      if (round >= 0) times[at]!.push(performance.now() - start);
    });
  }
  return entries.map(([name], at) => {
    const { median, low, high } = summarize(times[at]!);
    const extra = name.startsWith('exact')
      ? median
      : summarize(times[at]!.map((time, round) => time - times[0]![round]!)).median;
    return {
      layout,
      what: name,
      'median ms': short(median),
      quartiles: `${short(low)}–${short(high)}`,
      'ms beyond plain SGD': short(extra),
    };
  });
}

/** One clip of every conv, as the authors run it every 100 batches. */
function clipOnce(width: number): Row {
  const settings = { clipTo: 1, schedule: 'every-100', operator: 'circular' } as const;
  const start = performance.now();
  for (const parameter of vgg11(width, 'hwio')) {
    if (parameter.kind !== 'conv') continue;
    const run = clipSingularValues(parameter.values, parameter.operator, settings);
    while (!run.next().done);
  }
  const time = performance.now() - start;
  const what = `SVC clip to 1, VGG-11 at width ${width}, once`;
  return {
    layout: 'hwio',
    what,
    'median ms': short(time),
    quartiles: 'one run',
    'ms beyond plain SGD': short(time / 100),
  };
}

const WIDTH = 1 / 2;
const count = vgg11(WIDTH, 'hwio').reduce((sum, { values }) => sum + values.length, 0);
report(`regularizers, VGG-11 at width 1/2, ${count.toLocaleString('en')} conv and dense weights`, [
  ...measure(WIDTH, 'hwio'),
  ...measure(WIDTH, 'oihw'),
  clipOnce(1 / 4),
]);
