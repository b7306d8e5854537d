import { withTarget, type OpenSubject } from '../../attack/inputs/net.ts';
import type { AttackTarget } from '../../attack/target.ts';
import { AttackPlanError } from '../../model/attack/plan.ts';
import type { EvaluationRecord } from '../../model/attack/evaluation.ts';
import { deviceReason } from '../../tensor/device.ts';
import { DeviceError } from '../../tensor/device-error.ts';
import { backendName, BackendError, forgetBackend } from '../backend.ts';

/** Rethrows an error; a RangeError as an AttackPlanError, which is shown as a fault of the plan. */
function asPlanError(error: unknown): never {
  if (!(error instanceof RangeError) || error instanceof AttackPlanError) throw error;
  throw new AttackPlanError('', error.message);
}

/** The result of `work`. @throws AttackPlanError in place of a RangeError */
export function orPlanError<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    return asPlanError(error);
  }
}

/**
 * Looks whether an evaluation was computed by the backend in use.
 *
 * @throws AttackPlanError when it was another: two backends' numbers do not mix in one evaluation
 */
export async function checkBackend({ backend }: Pick<EvaluationRecord, 'backend'>): Promise<void> {
  const now = await backendName();
  if (backend === now) return;
  throw new AttackPlanError(
    '',
    `this evaluation was computed by ${backend}, and the lab computes by ${now} now: two backends ` +
      `may differ in single images, so they are not mixed. Choose ${backend} as the backend in ` +
      'the Train panel, or begin a new evaluation.',
  );
}

/** The net computed by one backend: each pass waits until no other is tried, and none goes on with another. */
function onBackend(target: AttackTarget, name: string): AttackTarget {
  const check = async (): Promise<void> => {
    const now = await backendName();
    if (now === name) return;
    throw new AttackPlanError(
      '',
      `the backend was changed from ${name} to ${now} while this was computed: two backends may ` +
        'differ in single images, so they are not mixed. What was kept stands; choose ' +
        `${name} as the backend in the Train panel to go on.`,
    );
  };
  return {
    ...target,
    logits: async (images) => {
      await check();
      return target.logits(images);
    },
    pullback: async (images, cotangent) => {
      await check();
      return target.pullback(images, cotangent);
    },
  };
}

/** How often one job opens a lost device anew by itself. */
const MOST_RESTARTS = 3;

/** What a failed device means: null when the work may begin again, else the error to tell. */
async function afterFailure(caught: unknown, restarts: number): Promise<Error | null> {
  const error = await deviceReason(caught);
  if (!(error instanceof DeviceError)) return asPlanError(caught);
  forgetBackend();
  if (error.trouble.code === 'device-lost' && restarts < MOST_RESTARTS) return null;
  return new BackendError(error.trouble.message);
}

/**
 * Computes with a net; when the device is lost on the way, begins again on a new one. `work` goes on
 * from what it has kept, so it may be called several times.
 *
 * @throws AttackPlanError when the backend is changed on the way
 */
export async function* onDevice<E, R>(
  subject: OpenSubject,
  work: (target: AttackTarget) => AsyncGenerator<E, R, undefined>,
): AsyncGenerator<E, R, undefined> {
  for (let restarts = 0; ; restarts++) {
    try {
      const name = await backendName();
      return yield* withTarget(subject, (target) => work(onBackend(target, name)));
    } catch (caught) {
      const error = await afterFailure(caught, restarts);
      if (error !== null) throw error;
    }
  }
}
