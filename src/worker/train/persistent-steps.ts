import type {
  HistoryPlace,
  Restart,
  RunEnd,
  TrainEvent,
  TrainResult,
} from '../../model/train/run.ts';
import { StorageError } from '../../kit/kept/store/storage-error.ts';
import { memory } from '../../tensor/engine.ts';
import { DeviceError } from '../../tensor/device-error.ts';
import { heldBytes, trainRun } from '../../train/loop.ts';
import { placeOf } from '../../train/run.ts';
import { deltaSince } from '../../kit/steps/events.ts';
import { onDevice, OtherDeviceError } from '../../kit/steps/on-device.ts';
import { mapSteps } from '../../kit/steps/steps.ts';
import { DEVICE } from '../device.ts';
import type { OpenRun } from './run-registry.ts';

/** Ends a driver's message with exactly one full stop. */
function sentence(message: string): string {
  return message.replace(/\.*$/, '.');
}

/** How a failure of the storage or the device ends the run. Rethrows any other error: it is a bug. */
function failedEnd(error: unknown): RunEnd {
  if (error instanceof StorageError) {
    return { kind: 'failed', code: error.code, message: error.message };
  }
  if (error instanceof OtherDeviceError) {
    const { lost, before, now } = error;
    const message =
      `${sentence(lost.message)} ${before} could not be opened again; ${now} is there. Other ` +
      'backends round differently in the last digits, so the run waits for you.';
    return { kind: 'failed', code: 'device-lost', message };
  }
  if (!(error instanceof DeviceError)) throw error;
  const { code, message } = error.trouble;
  return { kind: 'failed', code, message: sentence(message) };
}

/** Progress of a run at rest, for the last event. */
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

/** Events of a run: each carries the history since the event sent before it. */
export class RunEvents {
  readonly #newHistory: (now: HistoryPlace) => TrainEvent['history'];
  /** The last restart on a reopened device; null before the first. */
  restarted: Restart | null = null;

  constructor(private readonly opened: OpenRun) {
    const { history } = opened.run;
    this.#newHistory = deltaSince(history.place, (sent) => history.from(sent));
  }

  event(progress: TrainEvent['progress']): TrainEvent {
    const { restarted } = this;
    const history = this.#newHistory(this.opened.run.history.place);
    return { progress, history, ...(restarted === null ? {} : { restarted }) };
  }

  result(end: RunEnd): TrainResult {
    return { ...this.event(restingProgress(this.opened)), end };
  }
}

/** Inputs of steps besides the run. */
interface StepsSetup {
  /** Steps to take; null for all that are left. */
  readonly count: number | null;
  readonly events: RunEvents;
  readonly save: () => Promise<void>;
}

/**
 * Trains until something ends the run. When the device is lost, reopens it and repeats the step that
 * was under way: weights, momentum and h are plain arrays that only a complete step changes, so
 * nothing else is lost. Events then carry the restart. Any other failure, including a backend that
 * does not come back, ends the run with a reason.
 */
export async function* persistentSteps(
  opened: OpenRun,
  { count, events, save }: StepsSetup,
): AsyncGenerator<() => TrainEvent, RunEnd, undefined> {
  const { run, images: data } = opened;
  const last = count === null ? null : run.step + count;
  const attempt = (backend: string): AsyncGenerator<() => TrainEvent, RunEnd, undefined> => {
    opened.backend = backend;
    const steps = last === null ? null : last - run.step;
    const job = trainRun(run, { data, steps, now: () => performance.now(), save });
    return mapSteps(job, (progress) => () => events.event(progress));
  };
  const onRestart = ({ message }: DeviceError): void => {
    events.restarted = { step: run.step, message: sentence(message) };
  };
  try {
    return yield* onDevice(DEVICE, attempt, onRestart);
  } catch (error) {
    return failedEnd(error);
  }
}
