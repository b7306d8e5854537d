import { describe, expect, it } from 'vitest';
import { fuzzOnce, mutatedFiles } from './testing/fuzz.ts';
import { fuzzSeeds } from './testing/fuzz-seeds.ts';

const READERS = ['safetensors', 'npz', 'tfjs'] as const;

describe.each(READERS)('the %s reader', (reader) => {
  it('reads each honest file that the mutations start from', async () => {
    for (const { files } of fuzzSeeds(reader)) {
      expect((await fuzzOnce(reader, files)).kind).toBe('read');
    }
  });

  // bench/fuzz-files.ts does the same with 100,000 files
  it('W1, W2 refuses each of 3,000 mutated files with a FileError or reads it truly, quickly and in bounds', async () => {
    const kinds = { read: 0, refused: 0 };
    for (let index = 0; index < 3000; index += 1) {
      const outcome = await fuzzOnce(reader, mutatedFiles(reader, 2, index));
      kinds[outcome.kind] += 1;
      expect(outcome.milliseconds).toBeLessThan(1000);
      expect(outcome.perFileByte, `file ${index}`).toBeLessThanOrEqual(2);
    }
    expect(kinds.read).toBeGreaterThan(300);
    expect(kinds.refused).toBeGreaterThan(300);
  });
});
