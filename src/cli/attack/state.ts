import { stat } from 'node:fs/promises';
import { isSameImages, isSameNet } from '../../attack/inputs/checks.ts';
import type { AttackImages } from '../../attack/inputs/images.ts';
import type { OpenSubject } from '../../attack/inputs/net.ts';
import type { EvaluationRecord } from '../../model/attack/evaluation.ts';
import {
  evaluationText,
  readEvaluation,
  type Versions,
} from '../../model/attack/evaluation-document.ts';
import { isFormerIdentity, shortDigest } from '../../model/attack/identity.ts';
import type { AttackPlan } from '../../model/attack/plan.ts';
import { UsageError } from '../command.ts';
import { jsonOf, readInput } from '../read-file.ts';
import { writeWhole } from '../train/run-folder.ts';

/** Minimum time between two writes of an evaluation's state, in milliseconds. */
const WRITE_EVERY = 500;
/**
 * Minimum ratio of that time to the duration of the last write, so that writing does not dominate.
 */
const REST = 20;

/**
 * The state of an evaluation in its file, replaced atomically and read by a resume. Without a file
 * it is in memory only.
 */
export class AttackState {
  /** Earliest time of the next write. */
  #next = -Infinity;

  constructor(
    readonly path: string | undefined,
    private readonly versions: Versions,
    public record: EvaluationRecord,
  ) {}

  get text(): string {
    return evaluationText(this.record, this.versions);
  }

  /** Updates the record and writes it when the next write is due. */
  async save(record: EvaluationRecord): Promise<void> {
    this.record = record;
    if (performance.now() >= this.#next) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.path === undefined) return;
    const start = performance.now();
    await writeWhole(this.path, this.text);
    const end = performance.now();
    this.#next = end + Math.max(WRITE_EVERY, REST * (end - start));
  }
}

/** Nothing is overwritten. @throws UsageError when the file exists */
export async function checkFree(option: string, path: string | undefined): Promise<void> {
  if (path === undefined || (await stat(path).catch(() => null)) === null) return;
  const hint = option === 'out' ? 'continue it with --resume, or give' : 'give';
  throw new UsageError(`--${option} ${path}: the file exists; ${hint} another file.`);
}

/**
 * Reads the evaluation in a file. @throws UsageError or EvaluationDocumentError with the file's
 * name.
 */
export async function loadState(path: string): Promise<EvaluationRecord> {
  const document = jsonOf(await readInput(path));
  try {
    return readEvaluation(document);
  } catch (error) {
    throw new UsageError(`--resume ${path}: ${(error as Error).message}`);
  }
}

/** The inputs with which an evaluation is continued. */
export interface Resumed extends Pick<EvaluationRecord, 'plan' | 'backend'> {
  readonly net: OpenSubject;
  readonly images: AttackImages;
}

/** The first path at which two documents differ; null where they are equal. */
function difference(a: unknown, b: unknown, path = ''): string | null {
  if (Object.is(a, b)) return null;
  const isObject = (one: unknown): one is Record<string, unknown> =>
    typeof one === 'object' && one !== null;
  if (!isObject(a) || !isObject(b)) return path;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = difference(a[key], b[key], path === '' ? key : `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

/** The plan without the names of its images' source: their identity is compared instead. */
function comparable({ images: { from, count }, ...plan }: AttackPlan): object {
  return { ...plan, images: { from, count } };
}

/** Message for an identity of an earlier version of the lab that does not match. */
function formerMismatch(what: string): string {
  return (
    `an older version of the lab computed the identity of its ${what} differently, and it does not match ` +
    'the given ones, so it cannot be verified that they are the same'
  );
}

/** @throws UsageError when an evaluation cannot be continued with the given inputs. */
export function checkSame(path: string, before: EvaluationRecord, now: Resumed): void {
  const reject = (what: string): never => {
    throw new UsageError(
      `--resume ${path}: ${what}; repeat the original options, or start a new evaluation with another --out.`,
    );
  };
  const { hash } = before.subject;
  if (!isSameNet(before, now.net))
    reject(
      isFormerIdentity(hash)
        ? formerMismatch('net')
        : `it is of another net: weights, layers or geometry differ (SHA-256 ${shortDigest(hash, 12)}…)`,
    );
  const field = difference(comparable(before.plan), comparable(now.plan));
  if (field !== null) reject(`its plan has a different ${field}`);
  if (!isSameImages(before, now.images))
    reject(
      isFormerIdentity(before.data)
        ? formerMismatch('images')
        : `it is of other images (SHA-256 ${shortDigest(before.data, 12)}…)`,
    );
  if (before.backend !== now.backend) reject(`it was computed by ${before.backend}`);
}
