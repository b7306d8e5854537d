import { forward, type ForwardOptions } from '../nn/forward.ts';
import type { Params } from '../nn/params.ts';
import type { NetDescription } from '../files/net-description-types.ts';
import { dispose, tidy, type Tensor } from '../tensor/engine.ts';
import { read } from '../tensor/read.ts';
import { recordForward } from '../tensor/recorded.ts';
import { fromArray } from '../tensor/tensors.ts';
import type { AttackTarget } from './target.ts';

async function floats(tensor: Tensor): Promise<Float32Array> {
  const values = await read(tensor);
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

/** What a net takes and how it answers. */
export type NetSides = Pick<AttackTarget, 'shape' | 'classes'>;

function imageShape({ name, input }: NetDescription): readonly [number, number, number] {
  const [channels = 0, height, width] = input.shape;
  if (height === undefined || width === undefined)
    throw new RangeError(
      `input.shape: the net "${name}" takes [${input.shape.join(', ')}], not images ` +
        '[channels, height, width]; attacks are for nets of images.',
    );
  return [height, width, channels];
}

/** Number of classes: the length of the output for one image. */
function countClasses({ name, layers }: NetDescription): number {
  const output = layers.at(-1)?.output_shape ?? [];
  const [classes = 0] = output;
  if (output.length !== 1 || classes < 2)
    throw new RangeError(
      `layers: the net "${name}" answers with the shape [${output.join(', ')}]; ` +
        'an attack needs logits of at least 2 classes, such as those of a dense layer.',
    );
  return classes;
}

/**
 * The image shape [H, W, C] and the number of classes of a described net.
 *
 * @throws RangeError when the net does not take images, or answers with fewer than 2 classes.
 */
export function netSides(net: NetDescription): NetSides {
  return { shape: imageShape(net), classes: countClasses(net) };
}

/**
 * A net on the current backend as an attack sees it: in inference mode (BatchNorm with its running
 * statistics) by default. The caller owns and disposes the weights. Each call disposes the tensors
 * that it creates.
 *
 * @param params Weights on the backend, by the names of the description.
 * @param mode `train` takes BatchNorm's statistics from each batch; no running ones are moved.
 * @throws RangeError as {@link netSides}.
 */
export function netTarget(
  net: NetDescription,
  params: Params,
  mode: ForwardOptions['mode'] = 'inference',
): AttackTarget {
  const { shape, classes } = netSides(net);
  const size = shape[0] * shape[1] * shape[2];
  const upload = (images: Float32Array): Tensor =>
    fromArray(images, [images.length / size, ...shape]);
  return {
    classes,
    shape,
    logits: async (images) => {
      const value = tidy(() => forward(net, params, upload(images), { mode }));
      try {
        return await floats(value);
      } finally {
        value.dispose();
      }
    },
    pullback: async (images, cotangent) => {
      const x = upload(images);
      const made: Tensor[] = [x];
      try {
        const { value, pull, forget } = recordForward(
          (one) => forward(net, params, one, { mode }),
          x,
        );
        made.push(value);
        const { logits, dy } = await weighed(value, cotangent).catch((error: unknown) => {
          forget();
          throw error;
        });
        made.push(dy);
        const pulled = pull(dy);
        made.push(pulled);
        return { logits, gradient: await floats(pulled) };
      } finally {
        dispose(made);
      }
    },
  };
}

async function weighed(
  value: Tensor,
  cotangent: (logits: Float32Array) => Float32Array,
): Promise<{ logits: Float32Array; dy: Tensor }> {
  const logits = await floats(value);
  return { logits, dy: fromArray(cotangent(logits), value.shape) };
}
