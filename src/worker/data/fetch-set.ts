import { downloadBytes, type FileSource, type OfficialFile } from '../../data/sources.ts';
import type { InputFile } from '../../files/tensors.ts';
import type { FetchProgress } from '../../model/data/jobs.ts';
import { download, DownloadError, hostOf } from './download.ts';
import { mapSteps } from '../../kit/steps/steps.ts';

/** Failures so far: sentences and their servers. */
interface Failures {
  readonly sentences: string[];
  readonly hosts: Set<string>;
}

type Place = Pick<FetchProgress, 'done' | 'total'>;

/** One file, from its addresses in turn; null when none of them gave it. */
async function* fetchFile(
  file: OfficialFile,
  failures: Failures,
  { done, total }: Place,
): AsyncGenerator<FetchProgress, InputFile | null> {
  // A server that failed once is tried last: it may cause a delay of half a minute.
  const addresses = [...file.addresses].sort(
    (a, b) => Number(failures.hosts.has(hostOf(a))) - Number(failures.hosts.has(hostOf(b))),
  );
  for (const address of addresses) {
    const progress = (received: number): FetchProgress => ({
      host: hostOf(address),
      file: file.name,
      total,
      done: done + received,
      failed: [...failures.sentences],
    });
    try {
      yield progress(0);
      const bytes = yield* mapSteps(download(file, address), progress);
      return { name: file.name, bytes };
    } catch (error) {
      if (!(error instanceof DownloadError)) throw error;
      failures.sentences.push(error.message);
      failures.hosts.add(hostOf(address));
    }
  }
  return null;
}

/**
 * Fetches the official files of a set: the versions in turn, each file from its addresses in turn.
 * Nothing is kept anywhere before all of a version is there and its hashes are right.
 *
 * @throws DownloadError with a sentence for each server that failed, and where the files are for a
 * person to get and drop.
 */
export async function* fetchSet(source: FileSource): AsyncGenerator<FetchProgress, InputFile[]> {
  const failures: Failures = { sentences: [], hosts: new Set() };
  for (const version of source.versions) {
    const total = downloadBytes(version);
    const files: InputFile[] = [];
    let done = 0;
    for (const file of version.files) {
      const got = yield* fetchFile(file, failures, { done, total });
      if (got === null) break;
      files.push(got);
      done += file.bytes;
    }
    if (files.length === version.files.length) return files;
  }
  throw new DownloadError(
    `${source.name} could not be fetched. ${failures.sentences.join(' ')} ` +
      `Get ${namesOf(source)} from ${source.page} and drop them here.`,
  );
}

function namesOf({ versions }: FileSource): string {
  const names = versions.map(({ files }) => files.map(({ name }) => name).join(', '));
  return names.join(' or ');
}
