import { axisOf, effectiveKernel, type Pair } from '../../math/geometry.ts';
import { weightShape, type ConvOperator } from '../../math/operator.ts';
import { floatType } from '../floats.ts';
import type { LayerSpec } from './layer.ts';

/** Maximum number of weights written into the snippet itself. */
const LITERAL_WEIGHTS = 200;

/** A layer and its geometry, for the snippet. */
export interface PytorchInput {
  readonly spec: LayerSpec;
  readonly operator: ConvOperator;
  /** Name of the JSON file (with weights) from which a longer kernel is read. */
  readonly file: string;
}

/** A pair in Python, a single number when both are equal. */
function pair([a, b]: Pair): string {
  return a === b ? String(a) : `(${a}, ${b})`;
}

/** The fewest digits that read back as the same float32. */
function float32Text(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(Number(value.toPrecision(9)));
}

/** Lines of at most 90 characters. */
function wrapped(items: readonly string[], indent: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const item of items) {
    if (line.length + item.length > 88) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${item}, `;
  }
  return [...lines, line.trimEnd()].join('\n');
}

function literalWeights(operator: ConvOperator, shape: string): string {
  const type = floatType(operator.kernel);
  const items = Array.from(operator.kernel, type === 'float32' ? float32Text : String);
  return (
    `weight = torch.tensor([\n${wrapped(items, '    ')}\n], dtype=torch.${type})` +
    `.double().reshape(${shape})`
  );
}

function weightsFromFile(operator: ConvOperator, shape: string, file: string): string {
  const code = floatType(operator.kernel) === 'float32' ? '<f4' : '<f8';
  return [
    '# Save "JSON with weights" from the lab beside this script.',
    'import base64, json, numpy',
    `kernel = json.load(open(${JSON.stringify(file)}))["kernel"]`,
    'values = (',
    `    numpy.frombuffer(base64.b64decode(kernel["data"]), "${code}")`,
    `    if kernel["from"] == "base64" else numpy.array(kernel["values"], "${code}")`,
    ')',
    `weight = torch.tensor(values.astype("f8")).reshape(${shape})`,
  ].join('\n');
}

function weightLines({ operator, file }: PytorchInput, dense: boolean): string {
  const full = weightShape(operator.geometry);
  const shape = (dense ? full.slice(0, 2) : full).join(', ');
  return operator.kernel.length <= LITERAL_WEIGHTS
    ? literalWeights(operator, shape)
    : weightsFromFile(operator, shape, file);
}

/** A layer in PyTorch: its constructor, the code around it, and why that is needed. */
interface Parts {
  readonly make: string;
  /** Body of `def f(x)`. */
  readonly apply: string;
  readonly why?: string;
}

function args(list: readonly (string | null)[]): string {
  return list.filter((item) => item !== null).join(', ');
}

function optional(name: string, value: Pair | number, usual: number): string | null {
  const text = typeof value === 'number' ? String(value) : pair(value);
  return text === String(usual) ? null : `${name}=${text}`;
}

function dense({ spec }: PytorchInput): Parts {
  return {
    make: `layer = nn.Linear(${spec.dIn}, ${spec.dOut}, bias=False)`,
    apply: 'return layer(x.flatten(1))',
  };
}

function conv({ spec, operator: { geometry: g } }: PytorchInput): Parts {
  const [top, bottom, left, right] = g.padding;
  const circular = g.boundary === 'circular';
  const same = spec.padding.kind === 'same-pytorch';
  const outside = !same && (top !== bottom || left !== right);
  const padding = same ? 'padding="same"' : outside ? null : optional('padding', [top, left], 0);
  const padded = circular && !outside;
  const make = args([
    String(g.dIn),
    String(g.dOut),
    `kernel_size=${pair(g.kernel)}`,
    optional('stride', g.stride, 1),
    padding,
    optional('dilation', g.dilation, 1),
    optional('groups', g.groups, 1),
    padded ? 'padding_mode="circular"' : null,
    'bias=False',
  ]);
  const mode = circular ? ', mode="circular"' : '';
  const around = `F.pad(x, (${left}, ${right}, ${top}, ${bottom})${mode})`;
  return {
    make: `layer = nn.Conv2d(${make})`,
    apply: `return layer(${outside ? around : 'x'})`,
    ...(outside && {
      why: '# nn.Conv2d pads both sides alike, so F.pad does it: left, right, top, bottom.',
    }),
  };
}

/** PyTorch's output_padding that gives the layer's output size. */
function outputPadding({ operator: { geometry: g } }: PytorchInput): Pair {
  const of = (axis: 0 | 1): number => {
    const { input, output, kernel, stride, dilation, padBegin, padEnd } = axisOf(g, axis);
    return input - ((output - 1) * stride + effectiveKernel(kernel, dilation) - padBegin - padEnd);
  };
  return [of(0), of(1)];
}

function transposed(input: PytorchInput): Parts {
  const { geometry: g } = input.operator;
  const [top, bottom, left, right] = g.padding;
  const crop = top !== bottom || left !== right;
  const make = args([
    String(g.dOut),
    String(g.dIn),
    `kernel_size=${pair(g.kernel)}`,
    optional('stride', g.stride, 1),
    crop ? null : optional('padding', [top, left], 0),
    optional('output_padding', outputPadding(input), 0),
    optional('groups', g.groups, 1),
    optional('dilation', g.dilation, 1),
    'bias=False',
  ]);
  const [height, width] = g.input;
  const cut = `[..., ${top}:${top + height}, ${left}:${left + width}]`;
  return {
    make: `layer = nn.ConvTranspose2d(${make})`,
    apply: `return layer(x)${crop ? cut : ''}`,
    ...(crop && { why: '# nn.ConvTranspose2d crops both sides alike, so a slice does it.' }),
  };
}

const PARTS = { conv, dense, 'transposed-conv': transposed } as const;

/**
 * Writes the layer in PyTorch with its weights (up to 200; else read from the exported JSON), and
 * three lines that build M and compute its ℓ1 and ℓ∞ norms, to verify the lab's numbers.
 */
export function pytorchSnippet(input: PytorchInput): string {
  const { spec } = input;
  const { make, apply, why } = PARTS[spec.type](input);
  const [height, width] = spec.type === 'dense' ? [1, 1] : spec.input;
  const numbers = spec.dIn * height * width;
  return `${[
    'import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n',
    'torch.set_default_dtype(torch.float64)',
    make,
    weightLines(input, spec.type === 'dense'),
    'layer.weight.data = weight\n',
    ...(why === undefined ? [] : [why]),
    `def f(x):\n    ${apply}\n`,
    '# M, one column for each input number; its largest absolute column and row sum.',
    `M = f(torch.eye(${numbers}).reshape(-1, ${spec.dIn}, ${height}, ${width})).flatten(1).T`,
    'print("l1  ", M.abs().sum(0).max().item())',
    'print("linf", M.abs().sum(1).max().item())',
  ].join('\n')}\n`;
}
