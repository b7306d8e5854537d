import * as v from 'valibot';
import {
  ADVERSARIAL_FIELDS,
  type AdversarialKind,
  type AdversarialSettings,
} from './adversarial.ts';
import {
  DATA_FIELDS,
  NET_FIELDS,
  OWN_SET,
  ownSetConflict,
  RECORD_FIELDS,
  TRAINING_FIELDS,
} from './experiment-fields.ts';
import { defineDocument, type Conflict } from '../../kit/document/document.ts';
import { DocumentError, type FieldErrors } from '../../kit/document/error.ts';
import type { ValuesOf } from '../../kit/document/field.ts';
import {
  defaultKind,
  fieldPart,
  kindPart,
  schemaPart,
  tablePart,
} from '../../kit/document/part.ts';
import { ownNetSchema, rowErrors, type OwnNet } from '../net/net-rows.ts';
import {
  REGULARIZER_FIELDS,
  type RegularizerKind,
  type RegularizerSettings,
} from './regularizer.ts';
import { rowShapes } from '../net/row-shapes.ts';
import { SOURCE_SHAPES } from '../net/source-shapes.ts';

const MAX_EDITS = 10_000;

/** A built-in net. */
export type BuiltNet = ValuesOf<typeof NET_FIELDS>;

/** A built-in or a custom net. */
export type NetChoice = BuiltNet | OwnNet;

/** Whether the net is a custom one. */
export function isOwnNet(net: NetChoice): net is OwnNet {
  return 'rows' in net;
}

/** Numbers that may change during a run. */
export type EditedField = 'learningRate' | 'beta' | 'lambda';

/** A manual change: `value` applies from step `step` on (counted from 1). */
export interface RunEdit {
  readonly step: number;
  readonly field: EditedField;
  readonly value: number;
}

/** Everything that a run depends on; shared by page, link, saved file and command line. */
export interface Experiment {
  readonly name: string;
  /** Seed of the initial weights, the order of the images and their crops. */
  readonly seed: number;
  readonly data: ValuesOf<typeof DATA_FIELDS> & {
    /** Name of the user's own set; empty for the others. */
    readonly own: string;
  };
  readonly net: NetChoice;
  readonly training: ValuesOf<typeof TRAINING_FIELDS>;
  readonly adversarial: AdversarialSettings;
  readonly regularizer: RegularizerSettings;
  readonly record: ValuesOf<typeof RECORD_FIELDS>;
  /** In increasing order of steps. */
  readonly edits: readonly RunEdit[];
}

/** An invalid experiment: the error and its path. */
export class ExperimentError extends DocumentError {
  override readonly name = 'ExperimentError';
}

const step = v.pipe(v.number(), v.integer(), v.minValue(1, 'give a step from 1 on.'));

const editSchema = v.strictObject({
  step,
  field: v.picklist(['learningRate', 'beta', 'lambda'] as const),
  value: v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(100)),
});

const editsSchema = v.optional(
  v.pipe(
    v.array(editSchema),
    v.maxLength(MAX_EDITS, `give at most ${MAX_EDITS} edits.`),
    v.check(
      (edits) => edits.every(({ step }, at) => at === 0 || step >= edits[at - 1]!.step),
      'give the edits in increasing order of steps.',
    ),
  ),
  [],
);

const builtNet = tablePart<BuiltNet>(NET_FIELDS);

/** Errors in the settings of layers, by `rows.<place>.<setting>`. */
function rowErrorsOf({ rows }: OwnNet): FieldErrors {
  return Object.fromEntries(
    rows.flatMap((row, at) =>
      Object.entries(rowErrors(row)).map(([key, error]) => [`rows.${at}.${key}`, error]),
    ),
  );
}

const netPart = schemaPart<NetChoice>(
  v.optional(
    v.lazy((net) => (isOwnNet(Object(net) as NetChoice) ? ownNetSchema : builtNet.schema)),
    () => builtNet.fallback,
  ),
  builtNet.fallback,
  (net) => (isOwnNet(net) ? rowErrorsOf(net) : builtNet.fieldErrors(net)),
);

/** Layers that are incompatible with each other or the images. */
function ownNetConflict({ net, data }: Experiment): Conflict | null {
  if (!isOwnNet(net) || data.source === 'own') return null;
  const { error } = rowShapes(net.rows, SOURCE_SHAPES[data.source]);
  if (error === null) return null;
  const field = error.field === null ? '' : `.${error.field}`;
  return { path: `net.rows.${error.row}${field}`, reason: error.message };
}

/** Incompatible losses. */
function lossConflict({
  training: { loss, labelSmoothing },
  adversarial,
}: Experiment): Conflict | null {
  if (loss === 'cross-entropy') return null;
  if (adversarial.kind !== 'none') {
    const why = `${ADVERSARIAL_FIELDS[adversarial.kind].label} is defined by the cross-entropy`;
    const reason = `${why}: give cross-entropy, or no adversarial training.`;
    return { path: 'training.loss', reason };
  }
  if (labelSmoothing === 0) return null;
  const reason = 'only the cross-entropy has labels to smooth: give 0, or that loss.';
  return { path: 'training.labelSmoothing', reason };
}

/** Generated images have no end. */
function countConflict({ data }: Experiment): Conflict | null {
  if (data.source !== 'shapes' || (data.train > 0 && data.test > 0)) return null;
  const path = data.train === 0 ? 'data.train' : 'data.test';
  return { path, reason: 'shapes is unlimited: give the number of images, at least 1.' };
}

/** Edits of a number that the regularizer does not have. */
function editConflict({ regularizer, edits }: Experiment): Conflict | null {
  const editable = ['learningRate', ...Object.keys(regularizer)];
  const wrong = edits.findIndex(({ field }) => !editable.includes(field));
  if (wrong < 0) return null;
  const { field } = edits[wrong]!;
  const reason = `the regularizer ${regularizer.kind} has no field ${field}; remove the edit.`;
  return { path: `edits.${wrong}.field`, reason };
}

/** An experiment as a document. @throws ExperimentError with the path of the field. */
export const EXPERIMENT = defineDocument<Experiment>({
  format: 'norm-lab/experiment',
  version: 1,
  longest: 2 ** 20,
  parts: {
    name: fieldPart({ kind: 'text', fallback: '', most: 200 }),
    seed: fieldPart(DATA_FIELDS.seed),
    data: tablePart({ ...DATA_FIELDS, own: OWN_SET }),
    net: netPart,
    training: tablePart(TRAINING_FIELDS),
    adversarial: kindPart(ADVERSARIAL_FIELDS, 'none'),
    regularizer: kindPart(REGULARIZER_FIELDS, 'none'),
    record: tablePart(RECORD_FIELDS),
    edits: schemaPart<readonly RunEdit[]>(editsSchema, []),
  },
  Error: ExperimentError,
  conflicts: [
    ownNetConflict,
    lossConflict,
    ({ data }) => ownSetConflict('data', data),
    countConflict,
    editConflict,
  ],
});

/** The run that the lab opens with: `shapes`, the small CNN, no regularizer. */
export const DEFAULT_EXPERIMENT = EXPERIMENT.fallback;

/** A regularizer with default settings. */
export function defaultRegularizer(kind: RegularizerKind): RegularizerSettings {
  return defaultKind<RegularizerSettings>(REGULARIZER_FIELDS, kind);
}

/** A kind of adversarial training with default settings. */
export function defaultAdversarial<K extends AdversarialKind>(kind: K): AdversarialSettings<K> {
  return defaultKind<AdversarialSettings<K>>(ADVERSARIAL_FIELDS, kind);
}

/**
 * Adds an edit to an experiment, in order with those planned for later steps.
 *
 * @throws RangeError when the document would exceed the maximum number of edits.
 */
export function withEdit(experiment: Experiment, edit: RunEdit): Experiment {
  const kept = experiment.edits.filter(
    ({ step, field }) => step !== edit.step || field !== edit.field,
  );
  if (kept.length >= MAX_EDITS)
    throw new RangeError(`edits: a run keeps at most ${MAX_EDITS}; start a new run like this one.`);
  const edits = [...kept, edit].toSorted((a, b) => a.step - b.step);
  return { ...experiment, edits };
}

/** The settings at a step: those of the document, changed by the edits up to then. */
export function settingsAt(
  { training, regularizer, edits }: Experiment,
  step: number,
): { readonly learningRate: number; readonly regularizer: RegularizerSettings } {
  let { learningRate } = training;
  let settings = regularizer;
  for (const edit of edits) {
    if (edit.step > step) break;
    if (edit.field === 'learningRate') learningRate = edit.value;
    else settings = { ...settings, [edit.field]: edit.value };
  }
  return { learningRate, regularizer: settings };
}
