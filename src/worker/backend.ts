import type { BackendReport } from '../model/train/run.ts';
import { chooseBackend, type BackendChoice, type NoBackend } from '../tensor/backends.ts';
import { onDeviceTrouble } from '../tensor/device.ts';
import { BUNDLED_WASM } from '../tensor/wasm-binary.ts';

let chosen: Promise<BackendChoice | NoBackend> | null = null;
/** What a person asked for last; null: the best there is. It holds when a lost device is opened anew, too. */
let wish: BackendReport['name'] = null;
/** Whether its device was lost since. */
let lost = false;

/** A choice in words for the page. */
export function reportOf(choice: BackendChoice | NoBackend): BackendReport {
  if (!choice.ok) {
    const { message: reason, skipped } = choice;
    return { name: null, reason, skipped, checks: 0, milliseconds: 0 };
  }
  const { name, reason, skipped, selfTest } = choice;
  return { name, reason, skipped, checks: selfTest.checks, milliseconds: selfTest.milliseconds };
}

/**
 * Starts a backend, or (null) the best one. One that was wished before is kept: whoever computes goes
 * on, and nothing is tried beside it.
 */
export function choose(wanted: BackendReport['name']): Promise<BackendChoice | NoBackend> {
  if (chosen !== null && wish === wanted && !lost) return chosen;
  wish = wanted;
  lost = false;
  chosen = chooseBackend(wanted ?? undefined, { wasmBinary: BUNDLED_WASM });
  return chosen;
}

/** The backend in use, chosen at the first need. @throws BackendError when none can compute */
export async function backendName(): Promise<NonNullable<BackendReport['name']>> {
  const choice = await (chosen ?? choose(wish));
  if (choice.ok) return choice.name;
  forgetBackend();
  throw new BackendError(choice.message);
}

/** Lets the next need choose anew, as it was wished: the device was lost. */
export function forgetBackend(): void {
  chosen = null;
}

// Whatever job met it. A lost device is left to the job: it opens the same backend again or none.
onDeviceTrouble(({ code }) => {
  if (code === 'device-lost') lost = true;
  else forgetBackend();
});

/** No backend works: an expected failure with a message. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
}
