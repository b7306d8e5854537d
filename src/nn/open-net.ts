import { layersFromDescription } from '../files/net-layers.ts';
import { layersFromShapes } from '../files/net-layers-guess.ts';
import type { NetLayer } from '../files/net-layers-types.ts';
import { parseNetDescription, serializeNetDescription } from '../files/net-description.ts';
import type { NetDescription } from '../files/net-description-types.ts';
import { FileError, type WeightFile } from '../files/tensors.ts';
import { checkGeometry, GeometryError } from '../math/geometry.ts';
import { resolveLayer } from '../model/layer/layer.ts';
import type {
  GuessedField,
  LayerEdit,
  LayerShape,
  NetLayerInfo,
  NetSummary,
} from '../model/net/net.ts';
import {
  applyGeometryFile,
  isGeometryFile,
  writeGeometryFile,
  type EditedLayer,
} from './geometry-file.ts';
import { weightShapeOf } from './net-layer-spec.ts';
import { placeLayer } from './net-norms.ts';

/** A net that is open: its weights, and its layers as they are now. */
export interface OpenNet {
  readonly id: string;
  readonly name: string;
  readonly files: readonly string[];
  readonly weights: WeightFile;
  /** The description that gave the geometry; null when shapes (and a person) did. */
  readonly description: NetDescription | null;
  readonly layers: readonly EditedLayer[];
}

/** A description (or geometry file) as text, with the name of its file. */
export interface DescriptionText {
  readonly file: string;
  readonly text: string;
}

function edited(layer: NetLayer): EditedLayer {
  return { ...placeLayer(layer), guessed: layer.guessed };
}

/** File name without its ending, as a net is called when nothing else names it. */
function plainName(files: readonly string[]): string {
  const [first = 'net'] = files;
  return first.replace(/\.(safetensors|npz|npy|json)$/i, '') || first;
}

/**
 * Makes a net of weights, guessing its geometry from shapes.
 *
 * @throws FileError when the weights hold no conv, dense or BatchNorm layer.
 */
export function netFromWeights(id: string, weights: WeightFile, files: readonly string[]): OpenNet {
  const layers = layersFromShapes(weights).map(edited);
  if (layers.length === 0) {
    const held = weights.tensors
      .slice(0, 3)
      .map(({ name, shape }) => `"${name}" [${shape.join(', ')}]`);
    const what =
      held.length === 0
        ? 'it holds no weights'
        : `it holds ${held.join(', ')}${weights.tensors.length > 3 ? ', …' : ''}`;
    throw new FileError(
      'does-not-fit',
      files[0] ?? 'weights',
      `${what}, but no conv (4 axes), dense (2 axes) or BatchNorm (running variance) layer; give the weights of a net with such layers.`,
    );
  }
  return { id, name: plainName(files), files, weights, description: null, layers };
}

/**
 * Gives a net the geometry of a description, or of a geometry file.
 *
 * @throws FileError when it is neither, or does not fit the weights; the net stays as it was.
 */
export function describeNet(net: OpenNet, { file, text }: DescriptionText): OpenNet {
  const files = net.files.includes(file) ? net.files : [...net.files, file];
  if (isGeometryFile(text)) {
    const base = net.description === null ? net.layers : layersFromShapes(net.weights).map(edited);
    return { ...net, files, description: null, layers: applyGeometryFile(text, file, base) };
  }
  const description = parseNetDescription(text, file);
  const layers = layersFromDescription(description, net.weights).map(edited);
  return { ...net, name: description.name, files, description, layers };
}

/** The description of a net as JSON text, to be given again with its weights. */
export function descriptionText(net: OpenNet): string {
  return net.description === null
    ? writeGeometryFile(net.name, net.layers)
    : serializeNetDescription(net.description);
}

/** Fields of a shape that differ: those that a person has touched. */
function touched(before: LayerShape, after: LayerShape): Set<GuessedField> {
  const fields = ['stride', 'padding', 'dilation', 'groups', 'input'] as const;
  const changed = fields.filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
  return new Set<GuessedField>(before.type === after.type ? changed : [...changed, 'kind']);
}

function withShape(before: EditedLayer, shape: LayerShape): EditedLayer {
  checkGeometry(resolveLayer({ ...shape, source: { kind: 'identity' } }).geometry);
  const gone = touched(before.shape!, shape);
  return { ...before, shape, guessed: before.guessed.filter((field) => !gone.has(field)) };
}

function withEps(before: EditedLayer, eps: number): EditedLayer {
  if (!(eps >= 0 && eps < 1)) throw new GeometryError('ε', eps, 'give a number from 0 to below 1.');
  const { layer } = before;
  if (layer.kind !== 'batchnorm2d') throw new GeometryError('ε', eps, 'only BatchNorm has one.');
  return {
    ...before,
    layer: { ...layer, eps },
    guessed: before.guessed.filter((field) => field !== 'eps'),
  };
}

/**
 * Gives a layer another geometry, or BatchNorm another ε. What changed is no guess any more.
 *
 * @throws GeometryError when that cannot be; the net stays as it was.
 */
export function editLayer(net: OpenNet, index: number, change: LayerEdit): OpenNet {
  const before = net.layers[index];
  if (before === undefined || (!('eps' in change) && before.shape === null)) {
    throw new GeometryError('layer', index, 'this layer has no geometry to edit.');
  }
  const after = 'eps' in change ? withEps(before, change.eps) : withShape(before, change);
  return { ...net, layers: net.layers.with(index, after) };
}

/** What the page knows about one layer. */
export function layerInfo({ layer, shape, guessed }: EditedLayer, index: number): NetLayerInfo {
  const kind =
    shape?.type === 'transposed-conv'
      ? 'conv-transpose2d'
      : shape?.type === 'conv'
        ? 'conv2d'
        : layer.kind;
  const eps = layer.kind === 'batchnorm2d' ? layer.eps : null;
  return { index, name: layer.name, kind, weightShape: weightShapeOf(layer), shape, eps, guessed };
}

/** What the page knows about a net. */
export function summaryOf(net: OpenNet): NetSummary {
  return {
    id: net.id,
    name: net.name,
    files: net.files,
    layers: net.layers.map(layerInfo),
    described: net.description !== null,
    notes: net.weights.skipped.map(({ name, reason }) => `${name}: ${reason}`),
  };
}
