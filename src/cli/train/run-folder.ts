import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../command.ts';
import { readInput } from '../read-file.ts';

/** Files of a run's folder. */
export const RUN_FILES = {
  checkpoint: 'checkpoint.bin',
  before: 'checkpoint-before.bin',
  record: 'record.json',
  description: 'net.json',
  weights: 'weights.safetensors',
} as const;

/** Writes a file atomically: syncs a temporary file, then renames it. */
export async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = `${path}.part`;
  const handle = await open(temporary, 'w');
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
}

/**
 * Makes the folder of a new run.
 *
 * @throws UsageError when the folder is not empty: nothing is overwritten.
 */
export async function makeRunFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const held = await readdir(folder);
  if (held.length === 0) return;
  const reason = held.includes(RUN_FILES.checkpoint)
    ? `it holds a run; continue it with "lab resume ${folder}"`
    : `it is not empty (${held[0]!}, …)`;
  throw new UsageError(`--out ${folder}: ${reason}, or give another folder.`);
}

const sumOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** The checksum precedes the bytes in one file, so that a rename replaces both. */
const SUM_BYTES = 32;

/** Stores a checkpoint with its SHA-256, and keeps the previous one. */
export async function saveCheckpoint(folder: string, bytes: Uint8Array): Promise<void> {
  const path = join(folder, RUN_FILES.checkpoint);
  const file = new Uint8Array(SUM_BYTES + bytes.length);
  file.set(sumOf(bytes));
  file.set(bytes, SUM_BYTES);
  const old = await stat(path).catch(() => null);
  if (old !== null) await rename(path, join(folder, RUN_FILES.before));
  await writeWhole(path, file);
}

async function wholeCheckpoint(path: string): Promise<Uint8Array | null> {
  const { bytes } = await readInput(path);
  const body = bytes.subarray(SUM_BYTES);
  return bytes.length > SUM_BYTES && sumOf(body).equals(bytes.subarray(0, SUM_BYTES)) ? body : null;
}

/**
 * Reads the newest checkpoint of a folder whose SHA-256 is right.
 *
 * @throws UsageError when there is none.
 */
export async function loadCheckpoint(folder: string): Promise<Uint8Array> {
  for (const name of [RUN_FILES.checkpoint, RUN_FILES.before]) {
    const found = await wholeCheckpoint(join(folder, name)).catch(() => null);
    if (found !== null) return found;
  }
  throw new UsageError(
    `${folder}: it contains no intact ${RUN_FILES.checkpoint}; give the folder of a run ` +
      'made by "lab train".',
  );
}
