import { checkImageSet, type ImageSet } from '../../data/dataset.ts';
import type { ReadImages } from '../../data/join-parts.ts';
import { splitSet } from '../../data/order.ts';
import { MAX_TOTAL_BYTES, readImageFiles } from '../../data/read-image-files.ts';
import { TEST_SHARE } from '../../data/select.ts';
import { DATA_SOURCES, downloadBytes, storedBytes, type FileSource } from '../../data/sources.ts';
import { clip, FileError, type InputFile } from '../../files/tensors.ts';
import type {
  DataJobs,
  FetchProgress,
  FolderProgress,
  KnownSet,
  ImageSample,
  StoredSet,
} from '../../model/data/jobs.ts';
import type { FileHandle } from '../../model/net/net.ts';
import { setStore, type KeptSet } from '../../storage/data/set-store.ts';
import { checkRoom, storageRoom } from '../../kit/kept/store/storage-room.ts';
import { decodeFolder } from './decode-folder.ts';
import { fetchSet } from './fetch-set.ts';
import { readFiles } from '../read-files.ts';
import { sampleImages } from './sample-images.ts';
import { mapSteps } from '../../kit/steps/steps.ts';

const FILE_SOURCES = DATA_SOURCES.filter((source) => source.kind === 'files');
const LONGEST_NAME = 200;

const sets = setStore();

/**
 * A set stored in this browser, by its name.
 *
 * @throws FileError when it is missing, saying how to get it.
 * @throws StorageError when its stored copy is damaged.
 */
export async function loadSet(name: string): Promise<KeptSet> {
  const set = await sets.get(name);
  if (set !== null) return set;
  const known = FILE_SOURCES.find(({ id }) => id === name);
  throw new FileError(
    'missing-file',
    known?.name ?? name,
    'the set is not in the storage of this browser; ' +
      (known === undefined ? 'add its folder again.' : 'fetch it, or drop its official files.'),
  );
}

function knownSet(source: FileSource): KnownSet {
  const { id, name, about, page, cite } = source;
  const download = downloadBytes(source.versions[0]!);
  return { id, name, about, page, cite, download, stored: storedBytes(source) };
}

// oxlint-disable-next-line require-yield -- a job that has nothing to tell on the way
async function* dataList(): AsyncGenerator<never, DataJobs['data-list']['result']> {
  const room = await storageRoom();
  const stored = await sets.list();
  return { stored, known: FILE_SOURCES.map(knownSet), room };
}

/** Decodes official files and stores their set, under its source's id if it is known. */
async function keepRead(read: ReadImages): Promise<StoredSet> {
  const known = FILE_SOURCES.find(({ name }) => name === read.name);
  if (read.train === undefined) {
    throw new FileError(
      'missing-file',
      read.name,
      'only test images were given, so there is nothing to train on; give the training files ' +
        'together with them.',
    );
  }
  const { train, test = null, notes } = read;
  const name = known?.id ?? read.name;
  return sets.put({ name, own: known === undefined, train, test, notes });
}

function checkDrop(files: readonly FileHandle[]): void {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total <= MAX_TOTAL_BYTES) return;
  throw new FileError(
    'too-big',
    files[0]!.name,
    `the files have ${total} bytes together, over the cap of ${MAX_TOTAL_BYTES}; give the files ` +
      'of one set at a time.',
  );
}

/** The file that byte `done` of a drop belongs to. */
function fileAt(files: readonly FileHandle[], done: number): string {
  let end = 0;
  const found = files.find(({ size }) => (end += size) >= done);
  return found?.name ?? '';
}

async function* readDrop(
  files: readonly FileHandle[],
): AsyncGenerator<FetchProgress, readonly InputFile[]> {
  return yield* mapSteps(readFiles(files), ({ done, total }) => ({
    host: '',
    file: fileAt(files, done),
    done,
    total,
    failed: [],
  }));
}

async function* dataAdd({
  files,
}: DataJobs['data-add']['input']): AsyncGenerator<FetchProgress, StoredSet> {
  checkDrop(files);
  return keepRead(readImageFiles(yield* readDrop(files)));
}

type OwnInput = DataJobs['data-add-own']['input'];

/** @throws FileError for images that do not form a set, or cannot be split for testing. */
function checkOwn(input: OwnInput): ImageSet {
  const { name } = input;
  const refuse = (why: string): FileError => new FileError('bad-value', name || 'set', why);
  if (name.trim() === '' || name.length > LONGEST_NAME) {
    throw refuse(`give the set a name of 1 to ${LONGEST_NAME} characters.`);
  }
  if (DATA_SOURCES.some((source) => source.id === name)) {
    throw refuse('this is the name of a set that the lab knows; give another one.');
  }
  try {
    const set = checkImageSet(input);
    // A run splits it by its own seed; whether that is possible does not depend on the seed.
    splitSet(set, { seed: 0, testShare: TEST_SHARE });
    return set;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw refuse(error.message.replace(`${name}: `, ''));
  }
}

// oxlint-disable-next-line require-yield -- a job that has nothing to tell on the way
async function* dataAddOwn(
  input: DataJobs['data-add-own']['input'],
): AsyncGenerator<never, StoredSet> {
  const train = checkOwn(input);
  return sets.put({ name: train.name, own: true, train, test: null, notes: [] });
}

async function* dataAddFolder({
  files,
  size,
}: DataJobs['data-add-folder']['input']): AsyncGenerator<FolderProgress, StoredSet> {
  const { set, notes } = yield* decodeFolder(files, size);
  const known = DATA_SOURCES.some(({ id }) => id === set.name);
  const name = known ? `${set.name} (own)` : set.name;
  const train = checkOwn({ ...set, name, labels: Int32Array.from(set.labels) } as OwnInput);
  return sets.put({ name, own: true, train, test: null, notes });
}

// oxlint-disable-next-line require-yield -- a job that has nothing to tell on the way
async function* dataSample({
  data,
  count,
}: DataJobs['data-sample']['input']): AsyncGenerator<never, ImageSample> {
  const { source, own } = data;
  const kept = source === 'shapes' ? null : await loadSet(source === 'own' ? own : source);
  return sampleImages(data, kept?.train ?? null, count);
}

async function* dataFetch({
  id,
}: DataJobs['data-fetch']['input']): AsyncGenerator<FetchProgress, StoredSet> {
  const source = FILE_SOURCES.find((one) => one.id === id);
  if (source === undefined) {
    const ids = FILE_SOURCES.map((one) => one.id).join(', ');
    throw new FileError('bad-value', clip(id), `no such set can be fetched; there are ${ids}.`);
  }
  // Fails before the download when nothing can be stored.
  await sets.list();
  await checkRoom(storedBytes(source));
  const read = readImageFiles(yield* fetchSet(source));
  return keepRead(read);
}

// oxlint-disable-next-line require-yield -- a job that has nothing to tell on the way
async function* dataRemove({
  name,
}: DataJobs['data-remove']['input']): AsyncGenerator<never, null> {
  await sets.remove(name);
  return null;
}

/** The jobs on data sets. */
export const DATA_JOBS = {
  'data-list': dataList,
  'data-add': dataAdd,
  'data-add-own': dataAddOwn,
  'data-add-folder': dataAddFolder,
  'data-sample': dataSample,
  'data-fetch': dataFetch,
  'data-remove': dataRemove,
};
