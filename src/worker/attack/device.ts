import { withTarget, type OpenSubject } from '../../attack/inputs/net.ts';
import type { AttackTarget } from '../../attack/target.ts';
import { AttackPlanError } from '../../model/attack/plan.ts';
import type { EvaluationRecord } from '../../model/attack/evaluation.ts';
import { onDevice, OtherDeviceError } from '../../kit/steps/on-device.ts';
import { backendName, BackendError } from '../backend.ts';
import { DEVICE } from '../device.ts';

/** A RangeError as an AttackPlanError, which is shown as a fault of the plan; others unchanged. */
function asPlanError(error: unknown): unknown {
  if (!(error instanceof RangeError) || error instanceof AttackPlanError) return error;
  return new AttackPlanError('', error.message);
}

/** The result of `work`. @throws AttackPlanError in place of a RangeError */
export function orPlanError<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asPlanError(error);
  }
}

/**
 * Checks that an evaluation was computed by the backend in use.
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

/** The net on one backend: each pass waits for a pending choice of the backend, and rejects another one. */
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

/** What an error of work on a net means for the page. */
function jobError(error: unknown): unknown {
  if (error instanceof OtherDeviceError) {
    const { message, before } = error;
    return new BackendError(
      `${message} Two backends may differ in single images, so they are not mixed. Choose ${before} ` +
        'as the backend in the Train panel to continue.',
    );
  }
  return asPlanError(error);
}

/**
 * Runs `work` on a net on the backend in use. When the device is lost, runs it again on the reopened
 * one; it continues from what it has stored.
 *
 * @throws AttackPlanError when the user changes the backend meanwhile, and in place of a RangeError.
 * @throws DeviceError, BackendError when the device fails or does not come back.
 */
export async function* withNet<E, R>(
  subject: OpenSubject,
  work: (target: AttackTarget) => AsyncGenerator<E, R, undefined>,
): AsyncGenerator<E, R, undefined> {
  const attempt = (name: string): AsyncGenerator<E, R, undefined> =>
    withTarget(subject, (target) => work(onBackend(target, name)));
  try {
    return yield* onDevice(DEVICE, attempt);
  } catch (error) {
    throw jobError(error);
  }
}
