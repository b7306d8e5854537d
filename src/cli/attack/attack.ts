import { createHash } from 'node:crypto';
import { evaluationNpz } from '../../attack/inputs/evaluation-npz.ts';
import { openTarget } from '../../attack/inputs/net.ts';
import { newRecord } from '../../attack/inputs/record.ts';
import { netSides } from '../../attack/net-target.ts';
import { recreateAdversarial } from '../../attack/recreate.ts';
import { runEvaluation, type EvaluationStart } from '../../attack/evaluation-run.ts';
import type { EvaluationSet } from '../../attack/evaluation-set.ts';
import type { AttackTarget } from '../../attack/target.ts';
import { netFacts } from '../../attack/trust/net-facts.ts';
import { trustCard } from '../../attack/trust/trust-card.ts';
import { ATTACK_KINDS } from '../../model/attack/kinds.ts';
import { AUTOATTACK_KINDS } from '../../model/attack/lists.ts';
import { formatRadius, IMAGE_FIELDS } from '../../model/attack/plan.ts';
import { flagHelp } from '../../kit/document/flags.ts';
import { attacksDone, type EvaluationRecord } from '../../model/attack/evaluation.ts';
import { evaluationSummary } from '../../model/attack/evaluation-summary.ts';
import { chooseImages, type ChosenImages } from './images.ts';
import { openNet, type OpenedNet } from './net.ts';
import { imageRange, PLAN_FLAGS, planOf } from './plan.ts';
import { AttackProgress, formatShare, formatTrust } from './progress.ts';
import { AttackState, checkFree, checkSame, loadState } from './state.ts';
import { UsageError, type Arguments, type Command, type Output } from '../command.ts';
import { writeWhole } from '../train/run-folder.ts';
import { BACKENDS, onInterrupt, startBackend, versions } from '../train/train.ts';
import { runSteps } from '../../kit/steps/steps.ts';

/** The parsed command line, before a backend is started. */
interface Request {
  readonly opened: OpenedNet;
  readonly images: ChosenImages;
  readonly plan: EvaluationRecord['plan'];
  /** The evaluation to continue. */
  readonly before: EvaluationRecord | null;
}

/** A RangeError as a UsageError; other errors unchanged. */
function asUsageError(error: unknown): unknown {
  return error instanceof RangeError ? new UsageError(error.message) : error;
}

/** Returns the result of `make`. @throws UsageError in place of a RangeError */
async function orUsage<T>(make: () => T | Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    throw asUsageError(error);
  }
}

async function requestOf(args: Arguments): Promise<Request> {
  const { options, flags } = args;
  const resumes = flags.includes('resume');
  if (resumes && options['out'] === undefined)
    throw new UsageError('--resume: give the evaluation’s file with --out FILE.');
  const before = resumes ? await loadState(options['out']!) : null;
  if (!resumes) await checkFree('out', options['out']);
  await checkFree('save-images', options['save-images']);
  const opened = await openNet(args.files);
  const plan = await planOf(args, before?.plan);
  const planned = before !== null || options['attack']?.endsWith('.json') === true;
  const images = await orUsage(() =>
    chooseImages(
      { args, range: imageRange(args), base: plan.images, planned, folder: opened.folder },
      netSides(opened.net.description),
    ),
  );
  return { opened, images, plan: { ...plan, images: images.images }, before };
}

function freshRecord({ opened, images, plan }: Request, backend: string): EvaluationRecord {
  const { kind, net } = opened;
  const { data, classes } = images;
  const what = JSON.stringify([net.hash, data, plan, backend]);
  return newRecord(
    {
      // Deterministic: the same evaluation gets the same name.
      id: createHash('sha256').update(what).digest('hex').slice(0, 16),
      subject: { kind, id: net.hash, name: net.name, hash: net.hash },
      plan,
      data,
      classes,
      backend,
    },
    Date.now(),
  );
}

/** An evaluation under way on the command line. */
interface Session {
  readonly target: AttackTarget;
  readonly set: EvaluationSet;
  readonly state: AttackState;
  readonly bar: AttackProgress;
  readonly stop: AbortSignal;
}

/** Runs to the end (the adversarial images of this session) or to an interrupt (null). */
async function evaluateToEnd(session: Session): Promise<Float32Array | null> {
  const { target, set, state, bar, stop } = session;
  const start: EvaluationStart = { target, set, record: state.record };
  const steps = runEvaluation(start, {
    now: () => performance.now(),
    date: () => Date.now(),
    save: (record) => state.save(record),
  });
  try {
    const end = await runSteps(steps, (step) => bar.step(step), stop);
    if (end === null) return null;
    bar.step(end);
    return end.adversarial;
  } catch (error) {
    // Until the clean images are classified, a RangeError is about the user's input.
    throw state.record.verdicts.length > 0 ? error : asUsageError(error);
  } finally {
    await state.flush();
  }
}

/** Returns all adversarial images; those of earlier sessions are recomputed. */
async function allAdversarial(
  { target, set, state, bar, stop }: Session,
  { found, before }: { readonly found: Float32Array; readonly before: EvaluationRecord | null },
): Promise<Float32Array | null> {
  const brokenCount = before?.verdicts.filter(({ brokenBy }) => brokenBy !== null).length ?? 0;
  if (before === null || brokenCount === 0) return found;
  bar.line(`recomputing the ${brokenCount} adversarial images of earlier sessions …`);
  const steps = recreateAdversarial(target, set, before);
  const again = await orUsage(() => runSteps(steps, () => undefined, stop));
  if (again === null || stop.aborted) return null;
  const size = found.length / state.record.verdicts.length;
  return found.map((one, at) => {
    const earlier = before.verdicts[Math.floor(at / size)]!.brokenBy !== null;
    return earlier ? again[at]! : one;
  });
}

/** Makes the trust card and stores it in the evaluation. */
async function addTrust(
  { target, set, state, bar, stop }: Session,
  { net }: OpenedNet,
  adversarial: Float32Array,
): Promise<void> {
  const { record } = state;
  const facts = netFacts(net.description, 'inference');
  const steps = trustCard({ target, set, record, facts, adversarial });
  const checks = await runSteps(steps, (progress) => bar.trust(progress), stop);
  if (checks === null || stop.aborted) return;
  await state.save({ ...record, trust: checks, trustAfter: attacksDone(record) });
  await state.flush();
  checks
    .filter((check) => check.state === 'fail')
    .forEach(({ title, sentence }) => bar.line(`trust: FAIL ${title}: ${sentence}`));
  bar.line(`trust: ${formatTrust(checks)}`);
}

/** The one JSON document on stdout: the evaluation, or its path and final results. */
function tellEnd({ state }: Session, output: Output): void {
  const { path, record } = state;
  if (path === undefined) {
    output.data(state.text.trimEnd());
    return;
  }
  const summary = evaluationSummary(record);
  output.data(
    JSON.stringify({
      format: 'norm-lab/evaluation-end',
      version: 1,
      out: path,
      finished: record.finished,
      n: record.plan.images.count,
      seconds: record.seconds,
      clean: summary?.clean ?? null,
      robust: summary?.robust ?? null,
    }),
  );
}

/** Reports that an evaluation was stopped, and how to continue it. */
function reportStop({ state, bar }: Session): void {
  const hint =
    state.path === undefined
      ? 'use --out FILE to be able to resume later'
      : 'run the same command with --resume to continue';
  bar.line(`Stopped; ${hint}.`);
}

/** Optional outputs besides the evaluation: its images and its trust card. */
async function addMore(
  session: Session,
  { opened, images, before }: Request,
  { args, found }: { readonly args: Arguments; readonly found: Float32Array },
): Promise<void> {
  const path = args.options['save-images'];
  const trusts = args.flags.includes('trust');
  if (path === undefined && !trusts) return;
  const adversarial = await allAdversarial(session, { found, before });
  if (adversarial === null) return;
  // Images last: their file must not exist yet when an interrupted trust card is resumed.
  if (trusts) await addTrust(session, opened, adversarial);
  if (path !== undefined && !session.stop.aborted)
    await writeWhole(path, evaluationNpz(images, adversarial));
}

async function runAttack(args: Arguments, output: Output): Promise<void> {
  const request = await requestOf(args);
  const { opened, images, plan, before } = request;
  const wanted = args.options['backend'] ?? before?.backend;
  const options = { ...args.options, ...(wanted !== undefined && { backend: wanted }) };
  const backend = await startBackend({ ...args, options }, output);
  if (before !== null)
    checkSame(args.options['out']!, before, { net: opened.net, images, plan, backend });
  const record = before ?? freshRecord(request, backend);
  const { target, free } = await orUsage(() => openTarget(opened.net));
  const stop = new AbortController();
  const session: Session = {
    target,
    set: images.set,
    stop: stop.signal,
    state: new AttackState(args.options['out'], await versions(), record),
    bar: new AttackProgress(output.progress, { record, classes: target.classes }),
  };
  const forget = onInterrupt(() => stop.abort());
  try {
    const found = await evaluateToEnd(session);
    if (found !== null) await addMore(session, request, { args, found });
    if (stop.signal.aborted) reportStop(session);
    else
      session.bar.line(`robust: ${formatShare(evaluationSummary(session.state.record)!.robust)}`);
    tellEnd(session, output);
  } finally {
    forget();
    free();
  }
}

/** `lab attack NET [WEIGHTS] --data DATA --attack NAME …`. */
export const attack: Command = {
  summary: 'Attacks a net and reports its robust accuracy, image by image',
  options: [
    'data',
    'data-seed',
    'part',
    'images',
    'attack',
    ...Object.keys(PLAN_FLAGS),
    'set',
    'backend',
    'out',
    'save-images',
  ],
  flags: ['resume', 'trust'],
  run: runAttack,
  help: `lab attack NET [WEIGHTS...] --data DATA --attack NAME --norm linf --eps 8/255
             --images 0:500 --seed 0 [--out FILE [--resume]] [--save-images FILE]

  NET          the folder of a run made by "lab train"; or a net description (JSON) followed by its
               weights (.safetensors or .npz); they may be omitted when they are in the same folder as
               weights.safetensors or weights.npz
  --data       shapes (with --data-seed N); the official files of MNIST, Fashion-MNIST or CIFAR-10
               (A,B: with a comma); or a safetensors file with images_u8 ([n, h, w], [n, h, w, c] or
               [n, c, h, w]) and labels. Default for a run: its own images
  --part       test (default) or train
  --images     0:500 is images 0 to 499; default: the first ${IMAGE_FIELDS.count.fallback}
  --attack     ${Object.keys(AUTOATTACK_KINDS).join(', ')} (lists; default: standard; repo: as the paper ran it),
               ${Object.keys(ATTACK_KINDS).join(', ')}, or the JSON file of a plan
  --set        settings of a single attack: iterations=40,restarts=5
  --norm       ${flagHelp(PLAN_FLAGS.norm)}
  --eps        ${flagHelp(PLAN_FLAGS.eps, formatRadius(PLAN_FLAGS.eps.field.fallback))}
  --seed       seed of all random numbers: ${flagHelp(PLAN_FLAGS.seed)}
  --out        file of the evaluation: written while it runs, read by --resume
  --resume     continues the evaluation in --out FILE (written by this command or saved by the page);
               its flags will equal those of an uninterrupted evaluation
  --trust      also makes the trust card: automatic checks of whether the robust accuracy is reliable
  --save-images  file (.npz) for clean and adversarial (float32 [n, h, w, c]), labels and index
  ${BACKENDS.replace('--backend NAME   ', '--backend    ')}

  Writes JSON (norm-lab/evaluation) to stdout, or to FILE. Flags have one character per image, 1 = right
  and standing. Progress goes to stderr. Ctrl-C stops within one step and saves FILE.

  Example
    npm run --silent lab -- attack run1 --attack standard --eps 8/255 --images 500 --out aa.json`,
};
