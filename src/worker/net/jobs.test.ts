import { describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../files/safetensors-write.ts';
import type { JobOutcome } from '../../model/jobs.ts';
import type { FileHandle, NetNormsEvent, OpenNetResult } from '../../model/net/net.ts';
import { NET_JOBS } from './jobs.ts';
import { runJob, type Job } from '../run-job.ts';

function fileOf(name: string, bytes: Uint8Array): FileHandle {
  const slice = (from: number, to: number) => ({
    arrayBuffer: () => Promise.resolve(bytes.slice(from, to).buffer),
  });
  return { name, size: bytes.length, slice };
}

function text(name: string, value: unknown): FileHandle {
  return fileOf(name, new TextEncoder().encode(JSON.stringify(value)));
}

function run<Result>(job: Job<unknown, Result>): Promise<JobOutcome<Result>> {
  return runJob(job, { aborted: () => false, onEvent: () => undefined });
}

function valueOf<T>(outcome: JobOutcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return outcome.value;
}

function messageOf(outcome: JobOutcome<unknown>): string {
  return outcome.ok ? 'no failure' : `${outcome.failure.code}: ${outcome.failure.message}`;
}

const CONV = {
  name: 'c.weight',
  dtype: 'F32' as const,
  shape: [1, 1, 3, 3],
  data: new Float32Array(9).fill(1),
};
const WEIGHTS = fileOf('w.safetensors', writeSafetensors([CONV]));
const DESCRIPTION = text('arch.json', {
  name: 'tiny',
  input: { shape: [1, 2, 2] },
  layers: [
    {
      type: 'conv2d',
      name: 'c',
      in_channels: 1,
      out_channels: 1,
      kernel: [3, 3],
      padding: [1, 1, 1, 1],
      weight: 'c.weight',
    },
  ],
});

function open(
  id: string,
  files: FileHandle[],
  current: string | null = null,
): Promise<JobOutcome<OpenNetResult>> {
  return run(NET_JOBS['open-net']({ id, files, current }));
}

async function norms(id: string, layers = [0]): Promise<NetNormsEvent> {
  return valueOf(await run(NET_JOBS['net-norms']({ id, layers, effort: 'quick' })));
}

describe('the jobs of the net inspector', () => {
  it('open weights, give norms, take a description later', async () => {
    const opened = valueOf(await open('a', [WEIGHTS]));
    expect(opened).toMatchObject({ replaces: false, summary: { name: 'w', described: false } });
    expect((await norms('a')).rows[0]).toMatchObject({ index: 0, norms: { l1: 9 } });
    const described = valueOf(await open('ignored', [DESCRIPTION], 'a'));
    expect(described).toMatchObject({
      replaces: true,
      summary: { id: 'a', name: 'tiny', described: true },
    });
    expect((await norms('a')).rows[0]).toMatchObject({ norms: { l1: 4, linf: 4 } });
  });

  it('open weights and description of one drop, in any order', async () => {
    for (const files of [
      [WEIGHTS, DESCRIPTION],
      [DESCRIPTION, WEIGHTS],
    ]) {
      expect(valueOf(await open('b', files)).summary.described).toBe(true);
    }
  });

  it('refuse a description alone, two of them, and one that does not fit; the net stays', async () => {
    expect(messageOf(await open('c', [DESCRIPTION]))).toMatch(
      /^file: arch\.json: .*without weights/,
    );
    expect(
      messageOf(await open('c', [WEIGHTS, DESCRIPTION, { ...DESCRIPTION, name: 'b.json' }])),
    ).toMatch(/^file: b\.json/);
    valueOf(await open('c', [WEIGHTS]));
    expect(messageOf(await open('c2', [text('other.json', { name: 'x' })], 'c'))).toMatch(
      /^file: other\.json/,
    );
    expect((await norms('c')).rows[0]).toMatchObject({ norms: { l1: 9 } });
  });

  it('hand a layer over with its weights, as it was edited', async () => {
    valueOf(await open('d', [WEIGHTS]));
    const before = valueOf(await run(NET_JOBS['net-layer']({ id: 'd', layer: 0 })));
    const { source, ...shape } = before;
    expect(source).toMatchObject({ kind: 'values', name: 'w · c' });
    valueOf(
      await run(NET_JOBS['net-edit']({ id: 'd', layer: 0, change: { ...shape, stride: [3, 3] } })),
    );
    expect(valueOf(await run(NET_JOBS['net-layer']({ id: 'd', layer: 0 }))).stride).toEqual([3, 3]);
    const refused = await run(
      NET_JOBS['net-edit']({ id: 'd', layer: 0, change: { ...shape, stride: [0, 3] } }),
    );
    expect(messageOf(refused)).toMatch(/^geometry: vertical stride = 0/);
  });

  it('say so when a net is not there any more', async () => {
    valueOf(await open('e', [WEIGHTS]));
    valueOf(await run(NET_JOBS['close-net']({ id: 'e' })));
    expect(messageOf(await run(NET_JOBS['net-description']({ id: 'e' })))).toMatch(
      /^file: .*open the file again/,
    );
  });

  it('stop between two steps', async () => {
    valueOf(await open('f', [WEIGHTS]));
    const job = NET_JOBS['net-norms']({ id: 'f', layers: [0], effort: 'full' });
    const outcome = await runJob(job, { aborted: () => true, onEvent: () => undefined });
    expect(messageOf(outcome)).toBe('aborted: Stopped.');
  });
});
