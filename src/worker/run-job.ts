import { GeometryError } from '../math/geometry.ts';
import { DocumentError } from '../kit/document/error.ts';
import type { JobFailure, JobOutcome } from '../model/jobs.ts';
import { StorageError } from '../kit/kept/store/storage-error.ts';
import { DeviceError } from '../tensor/device-error.ts';
import { DownloadError } from './data/download.ts';

/** An event, or what makes it when it is sent: events in between are never made. */
export type LazyEvent<Event> = Event | (() => Event);

/** A job under way: yields events, returns the result. */
export type Job<Event, Result> =
  Generator<LazyEvent<Event>, Result> | AsyncGenerator<LazyEvent<Event>, Result>;

/** A promise as a job that has nothing to tell on the way. */
// oxlint-disable-next-line require-yield -- as it says
export async function* once<T>(work: () => Promise<T>): AsyncGenerator<never, T, undefined> {
  return await work();
}

/** A job's result, its events passed over. */
export async function resultOf<R>(steps: AsyncGenerator<unknown, R>): Promise<R> {
  for (let next = await steps.next(); ; next = await steps.next()) {
    if (next.done === true) return next.value;
  }
}

function eventOf<Event>(told: LazyEvent<Event>): Event {
  return typeof told === 'function' ? (told as () => Event)() : told;
}

/** At most 20 events a second leave the worker. */
const EVENT_INTERVAL_MS = 50;

/** Lets messages (an abort among them) come in between two steps of a job. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}

/** What the page is told of something that went wrong. Anything but a named error is a bug. */
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
 * Runs a job step by step; between steps it looks whether it was aborted. A job that is aborted can
 * still put its things in order (`finally`).
 */
export async function runJob<Event, Result>(
  job: Job<Event, Result>,
  hooks: { readonly aborted: () => boolean; readonly onEvent: (event: Event) => void },
): Promise<JobOutcome<Result>> {
  let lastSent = -Infinity;
  let unsent: LazyEvent<Event> | null = null;
  const send = (told: LazyEvent<Event>): void => {
    hooks.onEvent(eventOf(told));
    lastSent = performance.now();
    unsent = null;
  };
  try {
    for (;;) {
      const step = await job.next();
      if (step.done === true) return { ok: true, value: step.value };
      if (performance.now() - lastSent >= EVENT_INTERVAL_MS) send(step.value);
      else unsent = step.value;
      await breathe();
      if (hooks.aborted()) {
        // The last word before the end: what is on screen is what is kept.
        if (unsent !== null) send(unsent);
        // What comes back is a result only when putting things in order failed, and says how.
        const last = await job.return(undefined as never);
        if (last.value !== undefined) return { ok: true, value: last.value as Result };
        return { ok: false, failure: { code: 'aborted', message: 'Stopped.' } };
      }
    }
  } catch (error) {
    return { ok: false, failure: failureOf(error) };
  }
}
