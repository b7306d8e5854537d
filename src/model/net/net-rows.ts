import * as v from 'valibot';
import type { Pair } from '../../math/geometry.ts';

/** Maximum number of layers of a custom net. */
export const MAX_ROWS = 100;

/** A convolution; padding is zeros [above and below, left and right]. */
export interface ConvRow {
  readonly type: 'conv2d';
  readonly channels: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
  readonly groups: number;
  readonly bias: boolean;
}

/** Maximum or mean of each window. */
export interface PoolRow {
  readonly type: 'maxpool2d' | 'avgpool2d';
  readonly kernel: Pair;
  readonly stride: Pair;
}

/** y = W x + b */
export interface DenseRow {
  readonly type: 'dense';
  readonly features: number;
  readonly bias: boolean;
}

/** A layer without settings. */
export interface BareRow {
  readonly type: 'batchnorm2d' | 'relu' | 'globalavgpool2d' | 'flatten';
}

/** One layer of a custom net. Its input shape follows from the layers before it. */
export type LayerRow = ConvRow | PoolRow | DenseRow | BareRow;

/** Kinds of layers of a custom net. */
export type RowType = LayerRow['type'];

/** A custom net, first layer first. */
export interface OwnNet {
  readonly rows: readonly LayerRow[];
}

interface RowFieldBase {
  readonly label: string;
  /** Default of a missing field, unless it is required. */
  readonly must?: boolean;
}

/** One whole number, or two: vertical, horizontal. */
export interface RowNumberField extends RowFieldBase {
  readonly kind: 'number' | 'pair';
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

/** A boolean. */
export interface RowToggleField extends RowFieldBase {
  readonly kind: 'toggle';
  readonly fallback: boolean;
}

/** A setting of a layer, from which forms and checks are derived. */
export type RowField = RowNumberField | RowToggleField;

const count = (label: string, fallback: number, max: number): RowField => {
  return { kind: 'number', label, fallback, min: 1, max };
};
const pair = (label: string, fallback: number, [min, max]: Pair): RowField => {
  return { kind: 'pair', label, fallback, min, max };
};
const needed = (field: RowField): RowField => ({ ...field, must: true });

const LARGEST_WINDOW = 64;
const BIAS: RowField = { kind: 'toggle', label: 'Bias', fallback: true };
const WINDOW = {
  kernel: needed(pair('Window', 2, [1, LARGEST_WINDOW])),
  stride: needed(pair('Stride', 2, [1, LARGEST_WINDOW])),
};

/** Label and settings of each kind of layer. */
export const ROW_KINDS: Readonly<
  Record<RowType, { readonly label: string; readonly fields: Readonly<Record<string, RowField>> }>
> = {
  conv2d: {
    label: 'Convolution',
    fields: {
      channels: needed(count('Channels', 16, 4096)),
      kernel: needed(pair('Kernel', 3, [1, LARGEST_WINDOW])),
      stride: pair('Stride', 1, [1, LARGEST_WINDOW]),
      padding: pair('Padding', 0, [0, LARGEST_WINDOW]),
      dilation: pair('Dilation', 1, [1, LARGEST_WINDOW]),
      groups: count('Groups', 1, 4096),
      bias: BIAS,
    },
  },
  batchnorm2d: { label: 'BatchNorm', fields: {} },
  relu: { label: 'ReLU', fields: {} },
  maxpool2d: { label: 'Max pooling', fields: WINDOW },
  avgpool2d: { label: 'Mean pooling', fields: WINDOW },
  globalavgpool2d: { label: 'Mean over all pixels', fields: {} },
  flatten: { label: 'Flatten', fields: {} },
  dense: {
    label: 'Dense',
    fields: { features: needed(count('Numbers out', 10, 65_536)), bias: BIAS },
  },
};

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? 'nothing' : text.length > 40 ? `${text.slice(0, 39)}…` : text;
};

function labelOf(field: RowField): string {
  if (field.kind === 'toggle') return 'true or false';
  const range = `from ${field.min} to ${field.max}`;
  return field.kind === 'number'
    ? `a whole number ${range}`
    : `two whole numbers ${range}: [vertical, horizontal]`;
}

function fits(field: RowField, value: unknown): boolean {
  if (field.kind === 'toggle') return typeof value === 'boolean';
  const { min, max } = field;
  const isNumber = (one: unknown): boolean =>
    typeof one === 'number' && Number.isInteger(one) && one >= min && one <= max;
  if (field.kind === 'number') return isNumber(value);
  return Array.isArray(value) && value.length === 2 && value.every(isNumber);
}

function rowFieldSchema(field: RowField): v.GenericSchema {
  const schema = v.custom<unknown>(
    (value) => fits(field, value),
    ({ input }) => `${shown(input)} is given; give ${labelOf(field)}.`,
  );
  return field.must === true ? schema : v.optional(schema, () => fallbackOf(field));
}

function fallbackOf({ kind, fallback }: RowField): unknown {
  return kind === 'pair' ? [fallback, fallback] : fallback;
}

type Variant = v.StrictObjectSchema<{ type: v.LiteralSchema<string, undefined> }, undefined>;

const variants = Object.entries(ROW_KINDS).map(([type, { fields }]) =>
  v.strictObject({
    type: v.literal(type),
    ...Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, rowFieldSchema(one)])),
  }),
);

/**
 * Checks the layers of a custom net one by one; {@link rowShapes} checks whether they fit together.
 */
export const ownNetSchema = v.strictObject({
  rows: v.pipe(
    v.array(
      v.variant(
        'type',
        variants as unknown as [Variant],
        `give a type: ${Object.keys(ROW_KINDS).join(', ')}.`,
      ),
      ({ input }) => `${shown(input)} is given; give a list of layers.`,
    ),
    v.minLength(1, 'there are no layers; give at least one.'),
    v.maxLength(MAX_ROWS, ({ input }) => {
      return `there are ${input.length} layers; give at most ${MAX_ROWS}.`;
    }),
  ),
});

/** Errors in the settings of a layer, by their names. */
export function rowErrors(row: LayerRow): Readonly<Record<string, string>> {
  const values = row as unknown as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(ROW_KINDS[row.type].fields)
      .filter(([key, field]) => !fits(field, values[key]))
      .map(([key, field]) => [key, `${shown(values[key])} is given; give ${labelOf(field)}.`]),
  );
}

/** A layer with default settings. */
export function freshRow(type: RowType): LayerRow {
  const { fields } = ROW_KINDS[type];
  const entries = Object.entries(fields).map(([key, field]) => [key, fallbackOf(field)]);
  return { type, ...(Object.fromEntries(entries) as object) } as LayerRow;
}

/** The small CNN as rows: the initial custom net. */
export function smallCnnRows(classes: number): LayerRow[] {
  const conv = (channels: number): LayerRow => {
    return { ...(freshRow('conv2d') as ConvRow), channels, padding: [1, 1], bias: false };
  };
  const blocks = [16, 32, 64].flatMap((channels) => [
    conv(channels),
    freshRow('batchnorm2d'),
    freshRow('relu'),
    freshRow('maxpool2d'),
  ]);
  return [...blocks, freshRow('flatten'), { type: 'dense', features: classes, bias: true }];
}
