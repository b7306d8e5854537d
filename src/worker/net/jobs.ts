import { decodeUtf8 } from '../../files/json.ts';
import { readWeights, splitFiles } from '../../files/read-weights.ts';
import { FileError, type InputFile } from '../../files/tensors.ts';
import { EXAMPLE_NAME, exampleNet } from '../../nn/example-net.ts';
import { bracketL2 } from '../../nn/l2-bracket.ts';
import { specOfLayer } from '../../nn/net-layer-spec.ts';
import { netRows } from '../../nn/net-norms.ts';
import {
  describeNet,
  descriptionText,
  editLayer,
  layerInfo,
  netFromWeights,
  summaryOf,
  type DescriptionText,
  type OpenNet,
} from '../../nn/open-net.ts';
import type { Jobs } from '../../model/jobs.ts';
import type {
  NetNormsEvent,
  NetNormsInput,
  NetSummary,
  OpenNetInput,
  OpenNetResult,
  ReadingProgress,
} from '../../model/net/net.ts';
import { readFiles } from '../read-files.ts';

/** Open nets by the id assigned by the page. */
const nets = new Map<string, OpenNet>();

/** Adds a net created elsewhere, and describes it for the page. */
export function holdNet(net: OpenNet): NetSummary {
  nets.set(net.id, net);
  return summaryOf(net);
}

/** A net that is open. @throws FileError when this worker does not hold it */
export function netOf(id: string): OpenNet {
  const net = nets.get(id);
  if (net !== undefined) return net;
  throw new FileError(
    'missing-file',
    'net',
    'the computing worker was restarted and no longer holds its weights: open the file again.',
  );
}

function textOf({ name, bytes }: InputFile): DescriptionText {
  return { file: name, text: decodeUtf8(bytes, name, 'the JSON').replace(/^\ufeff/, '') };
}

async function openFiles(input: OpenNetInput, files: readonly InputFile[]): Promise<OpenNetResult> {
  const { description: file, weights } = splitFiles(files);
  const description = file && textOf(file);
  if (weights.length === 0 && description !== undefined) return describeCurrent(input, description);
  const bare = netFromWeightsOr(input.id, await readWeights(weights), {
    weightFiles: weights,
    description,
  });
  nets.set(bare.id, bare);
  return { summary: summaryOf(bare), replaces: false };
}

function netFromWeightsOr(
  id: string,
  weights: Awaited<ReturnType<typeof readWeights>>,
  from: { weightFiles: readonly InputFile[]; description: DescriptionText | undefined },
): OpenNet {
  const net = netFromWeights(
    id,
    weights,
    from.weightFiles.map(({ name }) => name),
  );
  return from.description === undefined ? net : describeNet(net, from.description);
}

function describeCurrent({ current }: OpenNetInput, description: DescriptionText): OpenNetResult {
  if (current === null) {
    throw new FileError(
      'missing-file',
      description.file,
      'it is a net description without weights; open it together with its weights file, or after it.',
    );
  }
  const net = describeNet(netOf(current), description);
  nets.set(net.id, net);
  return { summary: summaryOf(net), replaces: true };
}

function openExample(id: string): OpenNetResult {
  const { description, weights } = exampleNet();
  const net = describeNet(netFromWeights(id, weights, [EXAMPLE_NAME]), {
    file: EXAMPLE_NAME,
    text: description,
  });
  nets.set(id, net);
  return { summary: summaryOf(net), replaces: false };
}

async function* openNet(input: OpenNetInput): AsyncGenerator<ReadingProgress, OpenNetResult> {
  if (input.files === 'example') return openExample(input.id);
  return openFiles(input, yield* readFiles(input.files));
}

function* netNorms({ id, layers, effort }: NetNormsInput): Generator<NetNormsEvent, NetNormsEvent> {
  const net = netOf(id);
  return yield* netRows(net.layers, { which: layers, effort, bracket: bracketL2 });
}

/* oxlint-disable require-yield -- jobs that have nothing to tell on the way */
function* closeNet({ id }: Jobs['close-net']['input']): Generator<never, null> {
  nets.delete(id);
  return null;
}

function* netEdit({
  id,
  layer,
  change,
}: Jobs['net-edit']['input']): Generator<never, Jobs['net-edit']['result']> {
  const net = editLayer(netOf(id), layer, change);
  nets.set(id, net);
  return layerInfo(net.layers[layer]!, layer);
}

function* netLayer({
  id,
  layer: index,
}: Jobs['net-layer']['input']): Generator<never, Jobs['net-layer']['result']> {
  const net = netOf(id);
  const { layer, shape } = net.layers[index] ?? {};
  if (
    layer === undefined ||
    layer.kind === 'batchnorm2d' ||
    shape === undefined ||
    shape === null
  ) {
    throw new FileError(
      'does-not-fit',
      net.name,
      `layer ${index + 1} is no conv or dense layer, so the Layer panel cannot show it.`,
    );
  }
  return specOfLayer(layer, shape, net.name);
}

function* netDescription({ id }: { readonly id: string }): Generator<never, string> {
  return descriptionText(netOf(id));
}
/* eslint-enable require-yield */

/** The jobs of the net inspector. The worker keeps each net's weights until it is closed. */
export const NET_JOBS = {
  'open-net': openNet,
  'close-net': closeNet,
  'net-norms': netNorms,
  'net-edit': netEdit,
  'net-layer': netLayer,
  'net-description': netDescription,
};
