import type { BackendReport } from '../model/train/run.ts';
import { chooseBackend, type BackendChoice, type NoBackend } from '../tensor/backends.ts';
import { onDeviceTrouble } from '../tensor/device.ts';
import { BUNDLED_WASM } from '../tensor/wasm-binary.ts';

let chosen: Promise<BackendChoice | NoBackend> | null = null;
/**
 * The user's last choice; null: the best available. Also applies when a lost device is reopened.
 */
let wish: BackendReport['name'] = null;
/** Whether its device was lost since. */
let lost = false;

/** Describes a choice for the page. */
export function reportOf(choice: BackendChoice | NoBackend): BackendReport {
  if (!choice.ok) {
    const { message: reason, skipped } = choice;
    return { name: null, reason, skipped, checks: 0, milliseconds: 0 };
  }
  const { name, reason, skipped, selfTest } = choice;
  return { name, reason, skipped, checks: selfTest.checks, milliseconds: selfTest.milliseconds };
}

/**
 * Starts a backend, or (null) the best one. The backend already requested is kept without another
 * trial, so that running computations continue.
 */
export function choose(wanted: BackendReport['name']): Promise<BackendChoice | NoBackend> {
  if (chosen !== null && wish === wanted && !lost) return chosen;
  wish = wanted;
  lost = false;
  chosen = chooseBackend(wanted ?? undefined, { wasmBinary: BUNDLED_WASM });
  return chosen;
}

/** The backend in use, chosen on first use. @throws BackendError when none works */
export async function backendName(): Promise<NonNullable<BackendReport['name']>> {
  const choice = await (chosen ?? choose(wish));
  if (choice.ok) return choice.name;
  forgetBackend();
  throw new BackendError(choice.message);
}

/** Makes the next use choose again by the user's choice, after a lost device. */
export function forgetBackend(): void {
  chosen = null;
}

// In any job. A lost device is left to the job, which reopens the same backend or none.
onDeviceTrouble(({ code }) => {
  if (code === 'device-lost') lost = true;
  else forgetBackend();
});

/** No backend works: an expected failure with a message. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
}
