import * as v from 'valibot';
import {
  ADVERSARIAL_FIELDS,
  type AdversarialKind,
  type AdversarialSettings,
} from './adversarial.ts';
import { DATA_FIELDS, NET_FIELDS, RECORD_FIELDS, TRAINING_FIELDS } from './experiment-fields.ts';
import { defaultsOf, fieldSchemas, kindSchema, type Fields, type ValuesOf } from '../field.ts';
import { ownNetSchema, type OwnNet } from '../net/net-rows.ts';
import {
  REGULARIZER_FIELDS,
  type RegularizerKind,
  type RegularizerSettings,
} from './regularizer.ts';
import { rowShapes } from '../net/row-shapes.ts';
import { SOURCE_SHAPES } from '../net/source-shapes.ts';

/** Names the format in a file's first line. */
export const EXPERIMENT_FORMAT = 'norm-lab/experiment';
export const EXPERIMENT_VERSION = 1;
/** Longest text that is parsed. */
export const MAX_EXPERIMENT_TEXT = 2 ** 20;
const MAX_EDITS = 10_000;

/** A net that the lab builds. */
export type BuiltNet = ValuesOf<typeof NET_FIELDS>;

/** A net that the lab builds, or one that a person has put together. */
export type NetChoice = BuiltNet | OwnNet;

/** Whether a person has put the net together. */
export function isOwnNet(net: NetChoice): net is OwnNet {
  return 'rows' in net;
}

/** Numbers that may change while a run goes on. */
export type EditedField = 'learningRate' | 'beta' | 'lambda';

/** A change by a person: `value` holds from step `step` on (steps are counted from 1). */
export interface RunEdit {
  readonly step: number;
  readonly field: EditedField;
  readonly value: number;
}

/** All that a run depends on: the page, a link, a saved file and the command line share it. */
export interface Experiment {
  readonly name: string;
  /** Of the initial weights, the order of the images and their crops. */
  readonly seed: number;
  readonly data: ValuesOf<typeof DATA_FIELDS> & {
    /** Name of the person's own set; empty for the others. */
    readonly own: string;
  };
  readonly net: NetChoice;
  readonly training: ValuesOf<typeof TRAINING_FIELDS>;
  readonly adversarial: AdversarialSettings;
  readonly regularizer: RegularizerSettings;
  readonly record: ValuesOf<typeof RECORD_FIELDS>;
  /** In rising order of steps. */
  readonly edits: readonly RunEdit[];
}

/** A text that is no experiment: what is wrong, and where in it. */
export class ExperimentError extends RangeError {
  override readonly name = 'ExperimentError';
  constructor(
    /** Path of the field, such as `training.batchSize`; empty for the whole text. */
    readonly path: string,
    readonly reason: string,
  ) {
    super(path === '' ? reason : `${path}: ${reason}`);
  }
}

const text = (most: number): v.GenericSchema<string> =>
  v.pipe(v.string('give a text.'), v.maxLength(most, `give at most ${most} characters.`));

const table = (fields: Fields, more: Record<string, v.GenericSchema> = {}): v.GenericSchema =>
  v.optional(v.strictObject({ ...fieldSchemas(fields), ...more }), () => defaultsOf(fields));

const positive = v.pipe(v.number(), v.integer(), v.minValue(1, 'give a step from 1 on.'));

const editSchema = v.strictObject({
  step: positive,
  field: v.picklist(['learningRate', 'beta', 'lambda'] as const),
  value: v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(100)),
});

const schema = v.strictObject({
  format: v.literal(EXPERIMENT_FORMAT, `give "format": "${EXPERIMENT_FORMAT}".`),
  version: v.literal(EXPERIMENT_VERSION, `this lab reads version ${EXPERIMENT_VERSION}.`),
  name: v.optional(text(200), ''),
  seed: fieldSchemas({ seed: DATA_FIELDS.seed }).seed!,
  data: table(DATA_FIELDS, { own: v.optional(text(200), '') }),
  net: v.optional(
    v.lazy((net) => (isOwnNet(Object(net) as NetChoice) ? ownNetSchema : table(NET_FIELDS))),
    () => defaultsOf(NET_FIELDS),
  ),
  training: table(TRAINING_FIELDS),
  adversarial: v.optional(kindSchema(ADVERSARIAL_FIELDS), () => ({ kind: 'none' })),
  regularizer: v.optional(kindSchema(REGULARIZER_FIELDS), () => ({ kind: 'none' })),
  record: table(RECORD_FIELDS),
  edits: v.optional(
    v.pipe(
      v.array(editSchema),
      v.maxLength(MAX_EDITS, `give at most ${MAX_EDITS} edits.`),
      v.check(
        (edits) => edits.every(({ step }, at) => at === 0 || step >= edits[at - 1]!.step),
        'give the edits in rising order of steps.',
      ),
    ),
    [],
  ),
});

/** The run that the lab opens with: `shapes`, the small CNN, no regularizer. */
export const DEFAULT_EXPERIMENT: Experiment = {
  name: '',
  seed: 1,
  data: { ...defaultsOf(DATA_FIELDS), own: '' },
  net: defaultsOf(NET_FIELDS),
  training: defaultsOf(TRAINING_FIELDS),
  adversarial: { kind: 'none' },
  regularizer: { kind: 'none' },
  record: defaultsOf(RECORD_FIELDS),
  edits: [],
};

/** A regularizer with its numbers at their defaults. */
export function defaultRegularizer(kind: RegularizerKind): RegularizerSettings {
  return { kind, ...defaultsOf<Fields>(REGULARIZER_FIELDS[kind].fields) } as RegularizerSettings;
}

/** A kind of adversarial training with its numbers at their defaults. */
export function defaultAdversarial<K extends AdversarialKind>(kind: K): AdversarialSettings<K> {
  const values = defaultsOf<Fields>(ADVERSARIAL_FIELDS[kind].fields);
  return { kind, ...values } as unknown as AdversarialSettings<K>;
}

/** An experiment that an older lab has kept, with the fields that came since at their defaults. */
export function completed(kept: Experiment): Experiment {
  const { training, record } = DEFAULT_EXPERIMENT;
  return {
    ...DEFAULT_EXPERIMENT,
    ...kept,
    training: { ...training, ...kept.training },
    record: { ...record, ...kept.record },
  };
}

/** Refuses layers that do not fit together, or their images. @throws ExperimentError */
function checkOwnNet({ net, data }: Experiment): void {
  if (!isOwnNet(net) || data.source === 'own') return;
  const { error } = rowShapes(net.rows, SOURCE_SHAPES[data.source]);
  if (error === null) return;
  const field = error.field === null ? '' : `.${error.field}`;
  throw new ExperimentError(`net.rows.${error.row}${field}`, error.message);
}

/** Refuses losses that do not go together. @throws ExperimentError */
function checkLoss({ training: { loss, labelSmoothing }, adversarial }: Experiment): void {
  if (loss === 'cross-entropy') return;
  if (adversarial.kind !== 'none') {
    const { label } = ADVERSARIAL_FIELDS[adversarial.kind];
    const why = `${label} is defined by the cross-entropy`;
    throw new ExperimentError(
      'training.loss',
      `${why}: give cross-entropy, or no adversarial training.`,
    );
  }
  if (labelSmoothing === 0) return;
  const why = 'only the cross-entropy has labels to smooth';
  throw new ExperimentError('training.labelSmoothing', `${why}: give 0, or that loss.`);
}

/** Refuses what single fields cannot tell. @throws ExperimentError */
function checkTogether(experiment: Experiment): void {
  checkOwnNet(experiment);
  checkLoss(experiment);
  const { data, regularizer, edits } = experiment;
  if ((data.source === 'own') !== (data.own !== '')) {
    const must = data.source === 'own' ? 'name the set of own images' : 'leave it empty';
    throw new ExperimentError('data.own', `with data.source "${data.source}", ${must}.`);
  }
  if (data.source === 'shapes' && (data.train === 0 || data.test === 0)) {
    const field = data.train === 0 ? 'data.train' : 'data.test';
    throw new ExperimentError(field, 'shapes has no end: give how many images, from 1 on.');
  }
  const editable = ['learningRate', ...Object.keys(regularizer)];
  const wrong = edits.findIndex(({ field }) => !editable.includes(field));
  if (wrong < 0) return;
  throw new ExperimentError(
    `edits.${wrong}.field`,
    `${edits[wrong]!.field} is no number of the regularizer ${regularizer.kind}; remove the edit.`,
  );
}

/**
 * Checks a document that was parsed from JSON; fields left out get their defaults.
 *
 * @throws ExperimentError naming the first field that is unknown, missing, or of a wrong value.
 */
export function checkExperiment(document: unknown): Experiment {
  const result = v.safeParse(schema, document, { abortPipeEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    const unknown = issue.type === 'strict_object' && issue.expected === 'never';
    const reason = unknown ? 'there is no such field; remove it.' : sentence(issue);
    throw new ExperimentError(v.getDotPath(issue) ?? '', reason);
  }
  const { name, seed, data, net, training, adversarial, regularizer } = result.output;
  const { record, edits } = result.output;
  const told = { name, seed, data, net, training, adversarial, regularizer, record, edits };
  const checked = told as Experiment;
  checkTogether(checked);
  return checked;
}

function sentence(issue: v.BaseIssue<unknown>): string {
  if (!issue.message.startsWith('Invalid')) return issue.message;
  return issue.received === 'undefined'
    ? 'it is missing; give it.'
    : `${issue.received} is given; give ${issue.expected ?? 'another value'}.`;
}

/**
 * Reads an experiment's JSON text.
 *
 * @throws ExperimentError when it is no JSON, too long, or {@link checkExperiment} refuses it.
 */
export function parseExperiment(json: string): Experiment {
  if (json.length > MAX_EXPERIMENT_TEXT) {
    throw new ExperimentError('', `it has ${json.length} characters, over ${MAX_EXPERIMENT_TEXT}.`);
  }
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch (error) {
    throw new ExperimentError('', `it is not JSON: ${(error as Error).message}.`);
  }
  return checkExperiment(document);
}

/** An experiment as the document that {@link checkExperiment} takes. */
export function experimentDocument(experiment: Experiment): object {
  return { format: EXPERIMENT_FORMAT, version: EXPERIMENT_VERSION, ...experiment };
}

/** An experiment as JSON text, for a file. */
export function serializeExperiment(experiment: Experiment): string {
  return `${JSON.stringify(experimentDocument(experiment), null, 2)}\n`;
}

/**
 * The experiment with one more edit, in its place among those that are planned for later steps.
 *
 * @throws RangeError when there would be more edits than a document may hold.
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

/** The numbers that hold at a step: what the document says, changed by the edits up to then. */
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
