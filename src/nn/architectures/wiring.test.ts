import { beforeAll, describe, expect, it } from 'vitest';
import type { NetDescription } from '../../files/net-description-types.ts';
import { fillNormal } from '../../math/random.ts';
import { casesOf } from '../../math/testing/deep.ts';
import { startBackend } from '../../tensor/backends.ts';
import { dispose, tidy, valueAndGradients } from '../../tensor/engine.ts';
import { meanOf, softmaxCrossEntropy } from '../../tensor/ops/loss.ts';
import { read } from '../../tensor/read.ts';
import { fromArray, fromIntegers } from '../../tensor/tensors.ts';
import { relativeError } from '../../tensor/testing/cases.ts';
import * as reference from '../../tensor/testing/ops.oracle.ts';
import { plain, type Plain } from '../../tensor/testing/ops.oracle.ts';
import { forward } from '../forward.ts';
import { initialParams } from '../initial-params.ts';
import { streamOfName } from '../initial-weights.ts';
import { isTrainable, netParameters } from '../net-parameters.ts';
import type { Params } from '../params.ts';
import type { ArchitectureName } from '../../model/net/net-choice.ts';
import { architecture, ARCHITECTURES } from './architectures.ts';

const NAMES = Object.keys(ARCHITECTURES) as ArchitectureName[];
const SIDE = 12;
const BATCH = 2;
/** Width of the nets whose gradients are tested: 1 / 8, and 1 / 4 in `npm run test:deep`. */
const GRADIENT_WIDTH = 1 / casesOf(8, 4);
/** LeNet-5 has so few channels that at 1 / 8 all its ReLUs may be dead. */
const gradientWidth = (name: ArchitectureName): number =>
  name === 'lenet-5' ? 1 / 4 : GRADIENT_WIDTH;
const IMAGES = normal([BATCH, SIDE, SIDE, 3], 1, 0);

function normal(shape: readonly number[], seed: number, stream: number): Plain {
  const count = shape.reduce((product, one) => product * one, 1);
  return plain(shape, Float64Array.from(fillNormal({ seed, stream }, new Float32Array(count))));
}

const tiny = (name: ArchitectureName, width: number): NetDescription =>
  architecture(name, { width, classes: 3, input: [3, SIDE, SIDE] });

/** Initial weights, with BatchNorms whose places matter: random γ and β, and variances above 0. */
function mixedParams(net: NetDescription): Params {
  const initial = initialParams(net, 7);
  const entries = netParameters(net).map(({ name, kind, shape, fanIn }) => {
    if (fanIn !== null) return [name, initial[name]!] as const;
    dispose(initial[name]!);
    const { values } = normal(shape, 8, streamOfName(name));
    const mixed = kind === 'running-var' ? values.map((one) => 0.5 + Math.abs(one)) : values;
    return [name, fromArray(Float32Array.from(mixed), shape)] as const;
  });
  return Object.fromEntries(entries);
}

/** The four nets' code written out in float64, on the weights by name: no description is read. */
class Reference {
  readonly #weights: ReadonlyMap<string, Plain>;

  constructor(weights: ReadonlyMap<string, Plain>) {
    this.#weights = weights;
  }

  has(name: string): boolean {
    return this.#weights.has(`${name}.weight`);
  }

  conv(x: Plain, name: string, { stride = 1, groups = 1 } = {}): Plain {
    const w = this.#weights.get(`${name}.weight`)!;
    const pad = (w.shape[0]! - 1) / 2;
    const padding = [pad, pad, pad, pad] as const;
    const attributes = { stride: [stride, stride], padding, dilation: [1, 1], groups } as const;
    const bias = this.#weights.get(`${name}.bias`)?.values;
    return reference.mapPlain(reference.conv2d(x, w, attributes), (y, c) => y + (bias?.[c] ?? 0));
  }

  norm(x: Plain, name: string): Plain {
    const of = (what: string) => this.#weights.get(`${name}.${what}`)!.values;
    const [mean, variance] = [of('running_mean'), of('running_var')];
    const [gamma, beta] = [of('weight'), of('bias')];
    return reference.mapPlain(
      x,
      (one, c) => ((one - mean[c]!) / Math.sqrt(variance[c]! + 1e-5)) * gamma[c]! + beta[c]!,
    );
  }

  dense(x: Plain, name: string): Plain {
    const bias = this.#weights.get(`${name}.bias`)!.values;
    const y = reference.dense(x, this.#weights.get(`${name}.weight`)!);
    return reference.mapPlain(y, (one, c) => one + bias[c]!);
  }

  head(x: Plain, name: string): Plain {
    const { shape, values } = pixelMean(x);
    return this.dense(plain([shape[0]!, shape[3]!], values), name);
  }
}

const positive = (x: Plain): Plain => reference.mapPlain(x, (one) => Math.max(one, 0));
const plus = (a: Plain, b: Plain): Plain =>
  reference.mapPlain(a, (one, _, place) => one + b.values[place]!);

/** Mean over the pixels, [N, 1, 1, C]. */
function pixelMean({ shape, values }: Plain): Plain {
  const [batch, height, width, channels] = shape as [number, number, number, number];
  const mean = plain([batch, 1, 1, channels]);
  values.forEach((one, at) => {
    const image = Math.floor(at / (height * width * channels));
    mean.values[image * channels + (at % channels)]! += one / (height * width);
  });
  return mean;
}

interface BlockPlace {
  readonly name: string;
  readonly stride: number;
}

function blocks(depths: readonly number[], strides: readonly number[]): BlockPlace[] {
  return depths.flatMap((depth, stage) =>
    Array.from({ length: depth }, (_, index) => ({
      name: `layer${stage + 1}.${index}`,
      stride: index === 0 ? strides[stage]! : 1,
    })),
  );
}

function shortcut(net: Reference, x: Plain, { name, stride }: BlockPlace): Plain {
  if (!net.has(`${name}.shortcut.0`)) return x;
  return net.norm(net.conv(x, `${name}.shortcut.0`, { stride }), `${name}.shortcut.1`);
}

function basic(net: Reference, x: Plain, block: BlockPlace): Plain {
  const { name, stride } = block;
  const a = positive(net.norm(net.conv(x, `${name}.conv1`, { stride }), `${name}.bn1`));
  const u = net.norm(net.conv(a, `${name}.conv2`), `${name}.bn2`);
  return positive(plus(u, shortcut(net, x, block)));
}

function bottleneck(net: Reference, x: Plain, block: BlockPlace): Plain {
  const { name, stride } = block;
  const a = positive(net.norm(net.conv(x, `${name}.conv1`), `${name}.bn1`));
  const grouped = net.conv(a, `${name}.conv2`, { stride, groups: a.shape[3]! / 8 });
  const u = net.conv(positive(net.norm(grouped, `${name}.bn2`)), `${name}.conv3`);
  return positive(plus(net.norm(u, `${name}.bn3`), shortcut(net, x, block)));
}

function preActivation(net: Reference, x: Plain, { name, stride }: BlockPlace): Plain {
  const a = positive(net.norm(x, `${name}.bn1`));
  const projection = `${name}.shortcut.0`;
  const side = net.has(projection) ? net.conv(a, projection, { stride }) : x;
  const first = net.conv(a, `${name}.conv1`, { stride });
  const u = net.conv(positive(net.norm(first, `${name}.bn2`)), `${name}.conv2`);
  const gate = net.conv(positive(net.conv(pixelMean(u), `${name}.fc1`)), `${name}.fc2`);
  const [, height = 0, width = 0, channels = 0] = u.shape;
  const gated = reference.mapPlain(u, (one, c, place) => {
    const image = Math.floor(place / (height * width * channels));
    return one / (1 + Math.exp(-gate.values[image * channels + c]!));
  });
  return plus(gated, side);
}

type BlockCode = typeof basic;

const residual =
  (places: readonly BlockPlace[], block: BlockCode) => (net: Reference, x: Plain) => {
    const stem = positive(net.norm(net.conv(x, 'conv1'), 'bn1'));
    return net.head(
      places.reduce((input, place) => block(net, input, place), stem),
      'linear',
    );
  };
/** Largest of each 2x2 window; an odd last row or column is left out. */
function pooled({ shape, values }: Plain): Plain {
  const [batch, height, width, channels] = shape as [number, number, number, number];
  const [rows, columns] = [Math.floor(height / 2), Math.floor(width / 2)];
  const at = (n: number, y: number, x: number, c: number): number =>
    values[((n * height + y) * width + x) * channels + c]!;
  return reference.mapPlain(plain([batch, rows, columns, channels]), (_, c, place) => {
    const [n, left] = [
      Math.floor(place / (rows * columns * channels)),
      Math.floor(place / channels),
    ];
    const [y, x] = [2 * (Math.floor(left / columns) % rows), 2 * (left % columns)];
    return Math.max(at(n, y, x, c), at(n, y, x + 1, c), at(n, y + 1, x, c), at(n, y + 1, x + 1, c));
  });
}

const smallCnn = (net: Reference, x: Plain): Plain => {
  const y = [1, 2, 3].reduce(
    (input, n) => pooled(positive(net.norm(net.conv(input, `conv${n}`), `bn${n}`))),
    x,
  );
  // One pixel is left of the images here, so the order of pixels and channels does not matter.
  return net.head(y, 'fc');
};

const RESNET = blocks([2, 2, 2, 2], [1, 2, 2, 2]);
const CODE = [
  ['small-cnn', smallCnn],
  ['resnet-18', residual(RESNET, basic)],
  ['senet-18', residual(RESNET, preActivation)],
  ['regnetx-200mf', residual(blocks([1, 1, 4, 7], [1, 1, 2, 2]), bottleneck)],
] as const;

describe('on the cpu backend', () => {
  beforeAll(async () => {
    await startBackend('cpu');
  });

  it.each(CODE)('%s is wired as its code written out in float64, to 1e-4', async (name, code) => {
    const net = tiny(name, 1 / 16);
    const params = mixedParams(net);
    const weights = new Map<string, Plain>();
    for (const [key, tensor] of Object.entries(params)) {
      weights.set(key, plain(tensor.shape, Float64Array.from(await read(tensor))));
    }
    const x = fromArray(Float32Array.from(IMAGES.values), IMAGES.shape);
    const logits = tidy(() => forward(net, params, x));
    const expected = code(new Reference(weights), IMAGES);
    expect(logits.shape).toEqual(expected.shape);
    expect(relativeError(await read(logits), expected.values)).toBeLessThan(1e-4);
    dispose([logits, x, ...Object.values(params)]);
  });

  it.each(NAMES)(
    '%s gives every trained tensor a finite gradient, not 0 but in gates',
    async (name) => {
      const net = tiny(name, gradientWidth(name));
      const params = initialParams(net, 7);
      const names = netParameters(net).flatMap((one) => (isTrainable(one) ? [one.name] : []));
      const x = fromArray(Float32Array.from(IMAGES.values), IMAGES.shape);
      const labels = fromIntegers([0, 2]);
      const { value, gradients } = valueAndGradients(
        () => meanOf(softmaxCrossEntropy(forward(net, params, x), labels)),
        names.map((one) => params[one]!),
      );
      for (const [at, one] of names.entries()) {
        const numbers = await read(gradients[at]!);
        expect(gradients[at]!.shape, one).toEqual(params[one]!.shape);
        expect(numbers.every(Number.isFinite), one).toBe(true);
        // Only a gate has so few units that all its ReLUs may be dead.
        const rests = numbers.every((n) => n === 0);
        if (!/\.fc[12]\./.test(one)) expect(rests, one).toBe(false);
      }
      dispose([value, x, labels, ...gradients, ...Object.values(params)]);
    },
  );
});
