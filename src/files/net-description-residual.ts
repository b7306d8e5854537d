import type { Place } from './fields.ts';
import type {
  LayerDescription,
  ParseChain,
  ResidualDescription,
  Shape,
} from './net-description-types.ts';
import { FileError } from './tensors.ts';

const text = (shape: Shape): string => `[${shape.join(', ')}]`;

const isSame = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

/** Shape after a chain of layers that is fed with `input`. */
const outputOf = (chain: readonly LayerDescription[], input: Shape): Shape =>
  chain.at(-1)?.output_shape ?? input;

/**
 * Reads branches that meet in a sum; `shortcut` and `gate` may be left out or empty.
 * @throws FileError naming the branch by its path when the shapes do not meet.
 */
export function parseResidual(
  place: Place,
  input: Shape,
  parseChain: ParseChain,
): ResidualDescription {
  const body = parseChain(place, 'body', input, 1);
  const sum = outputOf(body, input);
  const shortcut = parseChain(place, 'shortcut', input, 0);
  checkShortcut(place, sum, outputOf(shortcut, input));
  const gate = parseChain(place, 'gate', sum, 0);
  if (gate.length > 0) checkGate(place, sum, outputOf(gate, sum));
  return { type: 'residual', body, shortcut, gate, input_shape: input, output_shape: sum };
}

function checkShortcut({ file, path }: Place, body: Shape, shortcut: Shape): void {
  if (isSame(body, shortcut)) return;
  throw new FileError(
    'bad-description',
    file,
    `${path}.shortcut gives ${text(shortcut)} and ${path}.body gives ${text(body)}, but their ` +
      'sum needs equal shapes; put a 1x1 convolution with the body’s stride and channels in the ' +
      'shortcut.',
  );
}

function checkGate({ file, path }: Place, body: Shape, gate: Shape): void {
  const [channels] = body;
  const fits = body.length === 3 && [[channels!], [channels!, 1, 1]].some((s) => isSame(s, gate));
  if (fits) return;
  throw new FileError(
    'bad-description',
    file,
    `${path}.gate gives ${text(gate)} for a body that gives ${text(body)}, but it must give one ` +
      'number a channel of [channels, height, width]; begin it with globalavgpool2d and end it ' +
      'with as many channels as the body.',
  );
}
