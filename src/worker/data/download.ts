import type { OfficialFile } from '../../data/sources.ts';
import { sha256Of } from '../../kit/kept/store/hash.ts';

/** A failed download, with a sentence for the user. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
}

/** Interval between two checks whether the user stopped the download, in ms. */
const TICK_MS = 200;
/** Timeout without data from a server, in ms. */
const STALL_MS = 30_000;

/** Host name of an address. */
export function hostOf(address: string): string {
  return new URL(address).host;
}

/** Waits, yielding `place` now and then, so that the job can be stopped meanwhile. */
async function* waitFor<T>(work: Promise<T>, place: number): AsyncGenerator<number, T> {
  const began = performance.now();
  const settled = work.then((value) => ({ value }));
  for (;;) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), TICK_MS);
    });
    const first = await Promise.race([settled, tick]);
    clearTimeout(timer);
    if (first !== null) return first.value;
    if (performance.now() - began > STALL_MS) {
      throw new DownloadError(`sent nothing for ${STALL_MS / 1000} seconds`);
    }
    yield place;
  }
}

async function* answerOf(address: string, signal: AbortSignal): AsyncGenerator<number, Body> {
  const asked = fetch(address, {
    mode: 'cors',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    cache: 'no-store',
    signal,
  });
  const unreachable = (): never => {
    throw new DownloadError('cannot be reached, or does not let this page read its files');
  };
  const response = yield* waitFor(asked.catch(unreachable), 0);
  if (!response.ok) throw new DownloadError(`answered with status ${response.status}`);
  return response;
}

async function* piecesOf(body: Body, file: OfficialFile): AsyncGenerator<number, Uint8Array> {
  const reader = body.body?.getReader();
  if (reader === undefined) throw new DownloadError('sent no content');
  const bytes = new Uint8Array(file.bytes);
  let at = 0;
  const broken = (): never => {
    throw new DownloadError(`broke off after ${at} of ${file.bytes} bytes`);
  };
  for (;;) {
    const { done, value } = yield* waitFor(reader.read().catch(broken), at);
    if (done) break;
    if (at + value.length > bytes.length) {
      throw new DownloadError(`sends more than the ${file.bytes} bytes that were published`);
    }
    bytes.set(value, at);
    yield (at += value.length);
  }
  if (at < bytes.length) broken();
  if (file.sha256 !== undefined && (await sha256Of(bytes)) !== file.sha256) {
    throw new DownloadError('sends another content than was published (its SHA-256 differs)');
  }
  return bytes;
}

/**
 * Fetches a file from one address, yielding how many bytes are there. It takes the memory that was
 * published for the file and no more, whatever the server sends; ending the generator ends the
 * connection.
 *
 * @returns the file's bytes, their number and SHA-256 as published.
 * @throws DownloadError naming the server and what it did.
 */
export async function* download(
  file: OfficialFile,
  address: string,
): AsyncGenerator<number, Uint8Array> {
  const connection = new AbortController();
  try {
    const body = yield* answerOf(address, connection.signal);
    return yield* piecesOf(body, file);
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    throw new DownloadError(`${hostOf(address)} ${error.message} (${file.name}).`);
  } finally {
    connection.abort();
  }
}
