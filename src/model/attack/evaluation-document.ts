import * as v from 'valibot';
import { sha256 } from '../../math/sha256.ts';
import { ATTACK_KINDS, type AttackEntry, type AttackKind } from './kinds.ts';
import { ATTACK_PLAN, attacksOf, isVersion } from './plan.ts';
import { type AttackPlan, AttackPlanError, MOST_IMAGES } from './plan.ts';
import { attackQuirks, listDifference } from './quirks.ts';
import type { AttackTally, EvaluationRecord, RadiusCurve, TrustCheck } from './evaluation.ts';
import { evaluationSummary, type AfterAttack } from './evaluation-summary.ts';
import { isRight, stands, type Verdict } from './verdict.ts';

/** Format name in a file's first line. */
const EVALUATION_FORMAT = 'norm-lab/evaluation';
const EVALUATION_VERSION = 1;

/** Versions of the software used, such as { node: "20.20.2" }. */
export type Versions = Readonly<Record<string, string>>;

/** An invalid evaluation document: the error and its path. */
export class EvaluationDocumentError extends Error {
  override readonly name = 'EvaluationDocumentError';
  constructor(path: string, reason: string) {
    super(path === '' ? reason : `${path}: ${reason}`);
  }
}

function entryOf(
  entry: AttackEntry,
  after: AfterAttack | undefined,
  { tally, seconds }: { readonly tally?: AttackTally; readonly seconds?: number },
): object {
  const { kind, ...settings } = entry;
  const told = after && {
    standing: after.standing,
    complete: after.complete,
    flags: after.flags,
  };
  // The kind comes first; the tally repeats it.
  return { kind, settings, ...told, ...tally, seconds: seconds ?? null };
}

function listOf({ attack, threat }: AttackPlan): object | null {
  if (!isVersion(attack.kind)) return null;
  const difference = listDifference(attack.kind, threat.norm);
  return { version: attack.kind, isReference: difference === null, difference };
}

/** Fields of every document; the checksum comes last. */
function bodyOf(record: EvaluationRecord, versions: Versions): object {
  const { plan, subject, tallies, attackSeconds = [] } = record;
  const summary = evaluationSummary(record);
  const attacks = attacksOf(plan);
  const { kind, id, name, hash } = subject;
  return {
    format: EVALUATION_FORMAT,
    version: EVALUATION_VERSION,
    id: record.id,
    finished: record.finished,
    net: { kind, id, name, sha256: hash },
    data: record.data,
    plan: ATTACK_PLAN.toDocument(plan),
    list: listOf(plan),
    n: plan.images.count,
    seed: plan.seed,
    backend: record.backend,
    versions,
    created: record.created,
    changed: record.changed,
    seconds: record.seconds,
    clean: summary?.clean ?? null,
    robust: summary?.robust ?? null,
    flags: summary && { clean: summary.cleanFlags, robust: summary.robustFlags },
    attacks: attacks.map((entry, at) =>
      entryOf(entry, summary?.attacks[at], {
        ...(tallies[at] && { tally: tallies[at] }),
        ...(attackSeconds[at] !== undefined && { seconds: attackSeconds[at] }),
      }),
    ),
    surviveRounding: summary?.surviveRounding ?? null,
    distances: summary?.distances ?? null,
    margins: summary?.margins ?? null,
    quirks: attackQuirks(attacks, plan.threat.norm),
    trust: record.trust,
    curve: record.curve,
    classes: record.classes,
    ...(record.trustAfter !== undefined && { trustAfter: record.trustAfter }),
    images: record.verdicts,
  };
}

/** ASCII JSON; other characters are escaped. */
function asciiJson(value: object): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The SHA-256 of a document's ASCII JSON without the checksum itself. */
function sumOf(body: object): string {
  const json = asciiJson(body);
  const hash = sha256();
  hash.update(Uint8Array.from({ length: json.length }, (_, at) => json.charCodeAt(at)));
  return hash.hex();
}

/**
 * An evaluation as JSON text, one line: what it depends on, its numbers, flags as one character for
 * each image ('1' = right, or right and standing), and the verdict of every image. Written by the
 * page's download and the command line; read by {@link readEvaluation}.
 */
export function evaluationText(record: EvaluationRecord, versions: Versions): string {
  // Through JSON once, so that the checksum covers the numbers as written (NaN is null).
  const body = JSON.parse(JSON.stringify(bodyOf(record, versions))) as object;
  return `${asciiJson({ ...body, sha256: sumOf(body) })}\n`;
}

const text = v.pipe(
  v.string('give a string.'),
  v.maxLength(1000, 'give at most 1,000 characters.'),
);
const number = v.pipe(v.number('give a number.'), v.finite('give a number.'));
const positive = v.pipe(number, v.minValue(0, 'give a number from 0.'));
const count = v.pipe(positive, v.integer('give a whole number.'));
const flag = v.boolean('give true or false.');
/** JSON has neither NaN nor infinities: they are written as null. */
const anyNumber = v.pipe(
  v.nullable(number),
  v.transform((value) => value ?? NaN),
);

const KINDS = Object.keys(ATTACK_KINDS) as AttackKind[];
const kindSchema = v.picklist(KINDS, `give one of ${KINDS.join(', ')}.`);
const classNumber = v.pipe(number, v.integer('give a whole number.'), v.minValue(-1, 'from -1.'));

const brokenBy = v.object({
  attack: count,
  kind: kindSchema,
  restart: count,
  step: count,
  target: v.exactOptional(count),
  prediction: classNumber,
  margin: anyNumber,
  distances: v.object({ linf: anyNumber, l2: anyNumber, l1: anyNumber }),
  survivesRounding: flag,
});

const verdict = v.object({
  index: count,
  label: count,
  prediction: classNumber,
  margin: anyNumber,
  attacks: count,
  brokenBy: v.nullable(brokenBy),
});

const tally = v.object({
  kind: kindSchema,
  attacked: count,
  broken: count,
  refused: count,
  projected: count,
  passes: v.object({ forward: count, backward: count }),
  gradients: v.object({ all: count, zero: count, subnormal: count, notFinite: count }),
});

/** An attack that has not started has no counts. */
const attackRow = v.union([
  v.object({ ...tally.entries, seconds: v.nullable(positive) }),
  v.object({ kind: kindSchema, attacked: v.optional(v.undefined()) }),
]);

const trustCheck: v.GenericSchema<TrustCheck> = v.object({
  id: text,
  title: text,
  sentence: text,
  state: v.picklist(['pass', 'fail', 'not-run'], 'give pass, fail or not-run.'),
});

/** The attack is checked against the plan. */
const curve = v.object({
  attack: v.unknown(),
  points: v.pipe(
    v.array(v.object({ eps: positive, standing: count, of: count }), 'give a list.'),
    v.maxLength(1000, 'give at most 1,000 points.'),
  ),
  left: v.optional(
    v.pipe(v.array(positive, 'give a list.'), v.maxLength(1000, 'give at most 1,000 radii.')),
  ),
});

const schema = v.object({
  id: text,
  finished: flag,
  data: text,
  backend: text,
  net: v.object({
    kind: v.picklist(['run', 'net'], 'give run or net.'),
    id: text,
    name: text,
    sha256: text,
  }),
  plan: v.unknown(),
  versions: v.record(text, text),
  created: positive,
  changed: positive,
  seconds: positive,
  attacks: v.array(attackRow, 'give a list.'),
  trust: v.nullable(v.array(trustCheck, 'give a list.')),
  trustAfter: v.optional(positive),
  curve: v.nullable(curve),
  classes: v.pipe(v.array(text, 'give a list.'), v.maxLength(1000, 'give at most 1,000 names.')),
  images: v.pipe(
    v.array(verdict, 'give a list.'),
    v.maxLength(MOST_IMAGES, `give at most ${MOST_IMAGES} images.`),
  ),
});

type Parsed = v.InferOutput<typeof schema>;

/** Checks format, version and checksum before anything else. */
function checkFrame(document: unknown): object {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new EvaluationDocumentError('', 'it is not a JSON object; give a saved evaluation.');
  const { sha256: sum, ...body } = document as Record<string, unknown>;
  if (body['format'] !== EVALUATION_FORMAT)
    throw new EvaluationDocumentError(
      '',
      `it is not an evaluation of this lab ("format": "${EVALUATION_FORMAT}" is not in it).`,
    );
  if (body['version'] !== EVALUATION_VERSION)
    throw new EvaluationDocumentError('version', `this lab reads version ${EVALUATION_VERSION}.`);
  if (sum !== sumOf(body))
    throw new EvaluationDocumentError(
      'sha256',
      'the checksum does not match: the file was damaged or edited; start a new evaluation.',
    );
  return body;
}

function planOf(document: unknown): AttackPlan {
  try {
    return ATTACK_PLAN.check(document);
  } catch (error) {
    if (!(error instanceof AttackPlanError)) throw error;
    throw new EvaluationDocumentError(`plan.${error.path}`.replace(/\.$/, ''), error.reason);
  }
}

function checkVerdict(one: Verdict, row: number, plan: AttackPlan): void {
  const attacks = attacksOf(plan);
  const place = `images.${row}`;
  const { from } = plan.images;
  if (one.index !== from + row)
    throw new EvaluationDocumentError(
      `${place}.index`,
      `${one.index} is out of order; expected ${from + row}.`,
    );
  const { brokenBy: by } = one;
  const most = by === null ? attacks.length : by.attack + 1;
  if (one.attacks > attacks.length || (by !== null && one.attacks !== most))
    throw new EvaluationDocumentError(`${place}.attacks`, `${one.attacks} is impossible.`);
  if (by !== null && attacks[by.attack]?.kind !== by.kind)
    throw new EvaluationDocumentError(
      `${place}.brokenBy`,
      `the list has no ${by.kind} at index ${by.attack}.`,
    );
  if (by !== null) checkBroken(one, `${place}.brokenBy`, plan);
}

/** Share of ε, and as much again of a pixel, by which float32 may lie outside the ball. */
const FLOAT_SLACK = 1e-5;

/** Checks that the attack recorded for a broken image could have broken it. */
function checkBroken(one: Verdict, place: string, { threat: { norm, eps } }: AttackPlan): void {
  const { prediction, distances } = one.brokenBy!;
  if (!isRight(one))
    throw new EvaluationDocumentError(place, 'the image was wrong before any attack.');
  if (prediction === one.label)
    throw new EvaluationDocumentError(`${place}.prediction`, `${prediction} is the label.`);
  if (!(distances[norm] <= eps * (1 + FLOAT_SLACK) + FLOAT_SLACK))
    throw new EvaluationDocumentError(
      `${place}.distances.${norm}`,
      `${distances[norm]} is more than ε = ${eps}.`,
    );
}

/** A finished evaluation has run every attack on every image that stands. */
function checkFinished({ images, attacks }: Parsed): void {
  const open = images.findIndex((one) => stands(one) && one.attacks < attacks.length);
  if (images.length === 0 || open >= 0)
    throw new EvaluationDocumentError(
      'finished',
      images.length === 0 ? 'there are no images.' : `image ${open} is not done.`,
    );
}

/** Checks across fields. */
function checkTogether(parsed: Parsed, plan: AttackPlan): void {
  const { images, attacks } = parsed;
  const list = attacksOf(plan);
  const { count: wanted } = plan.images;
  if (images.length !== 0 && images.length !== wanted)
    throw new EvaluationDocumentError('images', `${images.length} of ${wanted} are there.`);
  images.forEach((one, row) => checkVerdict(one, row, plan));
  if (parsed.finished) checkFinished(parsed);
  const fits =
    attacks.length === list.length && attacks.every(({ kind }, at) => kind === list[at]!.kind);
  if (!fits) throw new EvaluationDocumentError('attacks', 'they differ from the plan.');
  const waiting = attacks.findIndex(({ attacked }) => attacked === undefined);
  if (waiting >= 0 && attacks.slice(waiting).some(({ attacked }) => attacked !== undefined))
    throw new EvaluationDocumentError(
      `attacks.${waiting}`,
      'it has not started, but a later one has.',
    );
}

/** Checks that a plan could contain the curve's attack. */
function curveOf({ curve: given }: Parsed, plan: AttackPlan): RadiusCurve | null {
  if (given === null) return null;
  const { attack } = planOf({ ...ATTACK_PLAN.toDocument(plan), attack: given.attack });
  if (isVersion(attack.kind))
    throw new EvaluationDocumentError('curve.attack', `${attack.kind} is not a single attack.`);
  const wrong = given.points.findIndex(({ standing, of }) => standing > of);
  if (wrong >= 0)
    throw new EvaluationDocumentError(
      `curve.points.${wrong}.standing`,
      `${given.points[wrong]!.standing} of ${given.points[wrong]!.of} is impossible.`,
    );
  const { points, left } = given;
  return { attack: attack as AttackEntry, points, ...(left && { left }) };
}

function tallyOf(row: AttackTally): AttackTally {
  const { kind, attacked, broken, refused, projected, passes, gradients } = row;
  return { kind, attacked, broken, refused, projected, passes, gradients };
}

function recordOf(parsed: Parsed, plan: AttackPlan): EvaluationRecord {
  const { net, attacks, images } = parsed;
  const { id, finished, data, backend, created, changed, seconds, trust, classes } = parsed;
  const { trustAfter } = parsed;
  const begun = attacks.flatMap((row) => (row.attacked === undefined ? [] : [row]));
  return {
    id,
    finished,
    data,
    backend,
    created,
    changed,
    seconds,
    trust,
    classes,
    plan,
    ...(trustAfter !== undefined && { trustAfter }),
    curve: curveOf(parsed, plan),
    subject: { kind: net.kind, id: net.id, name: net.name, hash: net.sha256 },
    verdicts: images,
    tallies: begun.map(tallyOf),
    attackSeconds: begun.map((row) => row.seconds ?? 0),
  };
}

/**
 * Reads an evaluation from the parsed JSON of {@link evaluationText}; the input is not trusted.
 *
 * @throws EvaluationDocumentError when it is not an evaluation, is damaged or inconsistent.
 */
export function readEvaluation(document: unknown): EvaluationRecord {
  const result = v.safeParse(schema, checkFrame(document), { abortPipeEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    throw new EvaluationDocumentError(v.getDotPath(issue) ?? '', issue.message);
  }
  const plan = planOf(result.output.plan);
  checkTogether(result.output, plan);
  return recordOf(result.output, plan);
}
