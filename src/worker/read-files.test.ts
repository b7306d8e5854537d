import { describe, expect, it } from 'vitest';
import type { FileHandle, ReadingProgress } from '../model/net/net.ts';
import { readFiles } from './read-files.ts';

function fileOf(name: string, bytes: Uint8Array): FileHandle {
  const slice = (from: number, to: number) => ({
    arrayBuffer: () => Promise.resolve(bytes.slice(from, to).buffer),
  });
  return { name, size: bytes.length, slice };
}

async function drain(
  files: FileHandle[],
): Promise<{ steps: ReadingProgress[]; bytes: Uint8Array[] }> {
  const steps: ReadingProgress[] = [];
  const reading = readFiles(files);
  for (;;) {
    const step = await reading.next();
    if (step.done === true) return { steps, bytes: step.value.map(({ bytes }) => bytes) };
    steps.push(step.value);
  }
}

describe('readFiles', () => {
  it('reads every byte and reports its progress', async () => {
    const large = Uint8Array.from({ length: 9_000_000 }, (_, k) => k % 251);
    const small = Uint8Array.of(1, 2, 3);
    const { steps, bytes } = await drain([fileOf('a', large), fileOf('b', small)]);
    expect(bytes[0]!.every((value, k) => value === k % 251)).toBe(true);
    expect(bytes[1]).toEqual(small);
    expect(steps.map(({ done }) => done)).toEqual([
      4_194_304, 8_388_608, 9_000_000, 9_000_003, 9_000_003,
    ]);
    expect(steps.at(-1)?.step).toBe('decoding');
  });

  it('says so when a file can no longer be read, or gives fewer bytes than it had', async () => {
    const gone: FileHandle = {
      name: 'gone.npz',
      size: 4,
      slice: () => ({ arrayBuffer: () => Promise.reject(new Error('NotReadableError')) }),
    };
    await expect(drain([gone])).rejects.toThrow(/gone\.npz: it could not be read/);
    const short = { ...fileOf('short.npz', Uint8Array.of(1)), size: 4 };
    await expect(drain([short])).rejects.toThrow(/short\.npz: it could not be read/);
  });

  it('refuses files over the cap before it reads one', async () => {
    const huge: FileHandle = {
      name: 'huge.npz',
      size: 2 ** 40,
      slice: () => {
        throw new Error('not reached');
      },
    };
    await expect(drain([huge])).rejects.toThrow(/huge\.npz: the files have 1099511627776 bytes/);
  });
});
