import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { gz, makeIdx } from '../../data/testing/official-files.ts';
import type { FileSource, OfficialFile } from '../../data/sources.ts';
import type { InputFile } from '../../files/tensors.ts';
import type { FetchProgress } from '../../model/data/jobs.ts';
import { fetchSet } from './fetch-set.ts';
import { runJob } from '../run-job.ts';

const NAMES = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'];
const FILES = [
  gz({ name: NAMES[0]!, bytes: makeIdx([20, 2, 2], new Uint8Array(80).fill(7)) }),
  gz({
    name: NAMES[1]!,
    bytes: makeIdx(
      [20],
      Uint8Array.from({ length: 20 }, (_, k) => k % 10),
    ),
  }),
];

function official({ name, bytes }: InputFile): OfficialFile {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const addresses = ['one', 'two'].map((host) => `https://${host}.example/${name}`);
  return { name, bytes: bytes.length, sha256, addresses };
}

const SOURCE: FileSource = {
  id: 'tiny',
  name: 'Tiny',
  kind: 'files',
  about: '',
  cite: '',
  page: 'https://makers.example',
  height: 2,
  width: 2,
  channels: 1,
  classes: 10,
  train: 20,
  test: 0,
  versions: [{ label: 'idx files', files: FILES.map(official) }],
};
const TOTAL = FILES[0]!.bytes.length + FILES[1]!.bytes.length;

type Answer = (file: InputFile, signal: AbortSignal) => Response | Promise<Response>;

/** What was asked for, and whether the asker still holds each connection. */
interface Asked {
  readonly addresses: string[];
  readonly signals: AbortSignal[];
}

/** Servers by the first word of their name; others cannot be reached. */
function serve(servers: Readonly<Record<string, Answer>>): Asked {
  const asked: Asked = { addresses: [], signals: [] };
  vi.stubGlobal('fetch', async (address: string, { signal }: { signal: AbortSignal }) => {
    const { host, pathname } = new URL(address);
    asked.addresses.push(`${host}${pathname}`);
    asked.signals.push(signal);
    const answer = servers[host.split('.')[0]!];
    if (answer === undefined) throw new TypeError('Failed to fetch');
    return answer(
      FILES.find(({ name }) => pathname.endsWith(name))!,
      signal,
    );
  });
  return asked;
}

/** A body that comes in pieces of so many bytes. */
function inPieces(bytes: Uint8Array, size: number): Response {
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (stream) => {
      if (at < bytes.length) stream.enqueue(bytes.slice(at, (at += size)));
      else stream.close();
    },
  });
  return new Response(body);
}

const honest: Answer = ({ bytes }) => inPieces(bytes, 7);

async function outcome(source = SOURCE): Promise<{ events: FetchProgress[]; text: string }> {
  const events: FetchProgress[] = [];
  const job = fetchSet(source);
  for (;;) {
    try {
      const step = await job.next();
      if (step.done === true) return { events, text: step.value.map(({ name }) => name).join() };
      events.push(step.value);
    } catch (error) {
      return { events, text: String(error) };
    }
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('D19 fetching a set', () => {
  it('gives the published files and reports its progress, over all files', async () => {
    const asked = serve({ one: honest });
    const { events, text } = await outcome();
    expect(text).toBe(FILES.map(({ name }) => name).join());
    expect(asked.addresses).toEqual(FILES.map(({ name }) => `one.example/${name}`));
    expect(asked.signals.every(({ aborted }) => aborted)).toBe(true);
    const done = events.map((event) => event.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(TOTAL);
    expect(events[3]).toEqual({
      host: 'one.example',
      file: FILES[0]!.name,
      done: 21,
      total: TOTAL,
      failed: [],
    });
  });

  it('asks the next server where one fails, and asks that one no more where it can', async () => {
    const asked = serve({ two: honest });
    const { events, text } = await outcome();
    expect(text).toBe(FILES.map(({ name }) => name).join());
    expect(asked.addresses.map((address) => address.split('.')[0])).toEqual(['one', 'two', 'two']);
    expect(events.at(-1)?.failed).toEqual([
      `one.example cannot be reached, or does not let this page read its files (${FILES[0]!.name}).`,
    ]);
  });

  const lies: Readonly<Record<string, readonly [Answer, RegExp]>> = {
    'refuses to answer': [() => new Response('no', { status: 403 }), /answered with status 403/],
    'sends less': [
      ({ bytes }) => inPieces(bytes.slice(1), 9),
      /broke off after (\d+) of \d+ bytes/,
    ],
    'sends without end': [
      () => inPieces(new Uint8Array(2 ** 30), 64 * 1024),
      /sends more than the \d+ bytes that were published/,
    ],
    'sends other bytes': [
      ({ bytes }) => inPieces(bytes.with(bytes.length - 1, 99), 64),
      /another content than was published \(its SHA-256 differs\)/,
    ],
    'breaks off': [
      () =>
        new Response(
          new ReadableStream({ pull: (stream) => stream.error(new Error('connection reset')) }),
        ),
      /broke off after 0 of/,
    ],
    'sends nothing': [() => new Response(null), /sent no content/],
  };
  for (const [what, [answer, sentence]] of Object.entries(lies)) {
    it(`names a server that ${what}, and says where a person gets the files`, async () => {
      serve({ one: answer });
      const { text } = await outcome();
      expect(text).toMatch(sentence);
      expect(text).toContain('one.example');
      expect(text).toContain('two.example cannot be reached');
      expect(text).toMatch(/Get train-images\S+, train-labels\S+ from https:\/\/makers\.example/);
    });
  }

  it('tries the other version when no server has all files of one', async () => {
    const [images, labels] = SOURCE.versions[0]!.files;
    const gone = { ...images!, name: 'gone.gz', addresses: ['https://zero.example/gone.gz'] };
    const versions = [{ label: 'first', files: [labels!, gone] }, ...SOURCE.versions];
    serve({ one: honest });
    expect((await outcome({ ...SOURCE, versions })).text).toBe(
      FILES.map(({ name }) => name).join(),
    );
  });

  it('ends the connection when it is stopped, also while a server keeps it waiting', async () => {
    for (const answer of [honest, (): Promise<Response> => new Promise(() => undefined)]) {
      const asked = serve({ one: answer });
      let steps = 0;
      const hooks = { aborted: () => ++steps > 2, onEvent: () => undefined };
      expect(await runJob(fetchSet(SOURCE), hooks)).toMatchObject({
        ok: false,
        failure: { code: 'aborted' },
      });
      expect(asked.signals.map(({ aborted }) => aborted)).toEqual([true]);
    }
  });

  it('gives up on a server that sends nothing for 30 seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    serve({ one: () => new Promise(() => undefined), two: honest });
    const ended = outcome();
    await vi.advanceTimersByTimeAsync(31_000);
    const { events, text } = await ended;
    expect(text).toBe(FILES.map(({ name }) => name).join());
    expect(events.at(-1)?.failed[0]).toMatch(/^one\.example sent nothing for 30 seconds/);
  });
});
