import type {
  HistoryPlace,
  Restart,
  RunEnd,
  TrainEvent,
  TrainResult,
} from '../../model/train/run.ts';
import { StorageError } from '../../kit/kept/store/storage-error.ts';
import { memory } from '../../tensor/engine.ts';
import { deviceReason } from '../../tensor/device.ts';
import { DeviceError } from '../../tensor/device-error.ts';
import { heldBytes, trainRun } from '../../train/loop.ts';
import { placeOf } from '../../train/run.ts';
import { backendName, forgetBackend } from '../backend.ts';
import type { OpenRun } from './run-registry.ts';

/** What drivers say may or may not end with a full stop. */
function sentence(words: string): string {
  return words.replace(/\.*$/, '.');
}

/** What a storage or a device that failed means for the run; anything else is a bug. */
function failedEnd(error: unknown): RunEnd {
  if (error instanceof StorageError) {
    return { kind: 'failed', code: error.code, message: error.message };
  }
  if (!(error instanceof DeviceError)) throw error;
  const { code, message } = error.trouble;
  return {
    kind: 'failed',
    code,
    message: sentence(message),
  };
}

/** Where a run that does not move is, for the last event. */
function restingProgress({ run, images }: OpenRun): TrainEvent['progress'] {
  const { step, steps, savedStep, experiment } = run;
  const { epochs } = experiment.training;
  const { numTensors, numBytes } = memory();
  return {
    phase: 'saving',
    step,
    steps,
    epochs,
    savedStep,
    epoch: Math.min(placeOf(run).epoch, epochs),
    tensors: numTensors,
    bytes: heldBytes(run, images) + numBytes,
  };
}

/** Events of a run: each holds the history since the one that was sent before. */
export class EventThrottle {
  #sent: HistoryPlace;
  /** The last device that was opened anew; null when none was. */
  restarted: Restart | null = null;

  constructor(private readonly opened: OpenRun) {
    this.#sent = opened.run.history.place;
  }

  event(progress: TrainEvent['progress']): TrainEvent {
    const { history } = this.opened.run;
    const part = history.from(this.#sent);
    this.#sent = history.place;
    const { restarted } = this;
    return { progress, history: part, ...(restarted === null ? {} : { restarted }) };
  }

  result(end: RunEnd): TrainResult {
    return { ...this.event(restingProgress(this.opened)), end };
  }
}

/** What steps need beside the run. */
interface StepsSetup {
  /** Null for all that are left. */
  readonly count: number | null;
  readonly throttle: EventThrottle;
  readonly save: () => Promise<void>;
}

async function* steps(
  opened: OpenRun,
  { count, throttle, save }: StepsSetup,
): AsyncGenerator<() => TrainEvent, RunEnd, undefined> {
  const job = trainRun(opened.run, {
    data: opened.images,
    steps: count,
    now: () => performance.now(),
    save,
  });
  try {
    for (;;) {
      const step = await job.next();
      if (step.done === true) return step.value;
      yield () => throttle.event(step.value);
    }
  } finally {
    await job.return({ kind: 'paused' });
  }
}

/** How often one job opens a lost device anew by itself. */
const MOST_RESTARTS = 3;

/** A device that can be opened anew by itself: nothing but the step under way went with it. */
function isLost(error: unknown): error is DeviceError {
  return error instanceof DeviceError && error.trouble.code === 'device-lost';
}

/** What is said when another backend than before would have to go on. */
function otherBackend(before: string, now: string, { trouble }: DeviceError): RunEnd {
  const message =
    `${sentence(trouble.message)} ${before} could not be opened again; ${now} is there. Other backends ` +
    'round differently in the last digits, so the run waits for you.';
  return { kind: 'failed', code: 'device-lost', message };
}

/**
 * Steps until something ends the run. A device that was lost is opened anew, and the step that was
 * lost with it is taken again: weights, momentum and h lie in plain arrays that only a whole step
 * changes, so nothing else is gone. Who listens is told. What else fails, a backend that does not
 * come back among it, ends the run for now, and the person decides.
 *
 * @param count steps to take; null for all that are left
 */
export async function* persistentSteps(
  opened: OpenRun,
  { count, throttle, save }: StepsSetup,
): AsyncGenerator<() => TrainEvent, RunEnd, undefined> {
  const last = count === null ? null : opened.run.step + count;
  let lost: DeviceError | null = null;
  for (let restarts = 0; ; restarts++) {
    try {
      const [before, now] = [opened.backend, await backendName()];
      if (lost !== null && before !== now) return otherBackend(before, now, lost);
      opened.backend = now;
      const left = last === null ? null : last - opened.run.step;
      return yield* steps(opened, { count: left, throttle, save });
    } catch (caught) {
      const error = caught instanceof StorageError ? caught : await deviceReason(caught);
      if (error instanceof DeviceError) forgetBackend();
      if (!isLost(error) || restarts === MOST_RESTARTS) return failedEnd(error);
      lost = error;
      throttle.restarted = { step: opened.run.step, message: sentence(error.message) };
    }
  }
}
