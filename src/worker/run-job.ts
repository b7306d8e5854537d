import { GeometryError } from '../math/geometry.ts';
import { DocumentError } from '../kit/document/error.ts';
import type { JobFailure, JobOutcome } from '../model/jobs.ts';
import { StorageError } from '../kit/kept/store/storage-error.ts';
import { DeviceError } from '../tensor/device-error.ts';
import { DownloadError } from './data/download.ts';
import { eventOf, type StepEvent } from '../kit/steps/events.ts';

/** A job under way: yields events, returns the result. */
export type Job<Event, Result> =
  Generator<StepEvent<Event>, Result> | AsyncGenerator<StepEvent<Event>, Result>;

/** At most 20 events a second leave the worker. */
const EVENT_INTERVAL_MS = 50;

/** Lets the worker receive messages, such as an abort, between two steps of a job. */
function yieldToMessages(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}

/** The failure that the page gets for an error. Any unnamed error is a bug. */
function failureOf(error: unknown): JobFailure {
  if (error instanceof GeometryError) {
    return { code: 'geometry', message: error.message, field: error.field };
  }
  if (error instanceof Error && error.name === 'FileError') {
    return { code: 'file', message: error.message };
  }
  if (error instanceof DocumentError) {
    return { code: 'setting', message: error.reason, field: error.path };
  }
  const isBackend = error instanceof Error && error.name === 'BackendError';
  if (error instanceof DeviceError || isBackend) {
    return { code: 'backend', message: error.message };
  }
  if (error instanceof StorageError) return { code: error.code, message: error.message };
  if (error instanceof DownloadError) return { code: 'network', message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'bug', message: `The lab made a mistake: ${message}` };
}

/**
 * Runs a job and sends at most 20 of its events a second. Checks for an abort between two steps; an
 * aborted job is closed, so its `finally` blocks run.
 */
export async function runJob<Event, Result>(
  job: Job<Event, Result>,
  hooks: { readonly aborted: () => boolean; readonly onEvent: (event: Event) => void },
): Promise<JobOutcome<Result>> {
  let lastSent = -Infinity;
  let unsent: StepEvent<Event> | null = null;
  const send = (event: StepEvent<Event>): void => {
    hooks.onEvent(eventOf(event));
    lastSent = performance.now();
    unsent = null;
  };
  try {
    for (;;) {
      const step = await job.next();
      if (step.done === true) return { ok: true, value: step.value };
      if (performance.now() - lastSent >= EVENT_INTERVAL_MS) send(step.value);
      else unsent = step.value;
      await yieldToMessages();
      if (hooks.aborted()) {
        // The last event shows the state that is stored.
        if (unsent !== null) send(unsent);
        // A job that returns a value when closed has a result to report, such as a failed save.
        const last = await job.return(undefined as never);
        if (last.value !== undefined) return { ok: true, value: last.value as Result };
        return { ok: false, failure: { code: 'aborted', message: 'Stopped.' } };
      }
    }
  } catch (error) {
    return { ok: false, failure: failureOf(error) };
  }
}
