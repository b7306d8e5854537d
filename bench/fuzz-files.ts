import { fuzzOnce, mutatedFiles } from '../src/files/testing/fuzz.ts';
import type { FuzzTarget } from '../src/files/testing/fuzz-seeds.ts';
import { report, short, type Row } from './bench.lib.ts';

/**
 * Feeds mutated weight files to each reader; arguments: number of files (100,000), seed (1). Each
 * must be refused with a FileError, or read with values equal to an independent decode; anything
 * else, arrays of over twice the files' bytes included, ends the run with the number of the file,
 * which `mutatedFiles` makes again.
 */
const READERS: readonly FuzzTarget[] = ['safetensors', 'npz', 'tfjs'];

async function fuzzReader(reader: FuzzTarget, mutations: number, seed: number): Promise<Row> {
  let [refused, read, slowest, perFileByte] = [0, 0, 0, 0];
  for (let index = 0; index < mutations; index++) {
    const files = mutatedFiles(reader, seed, index);
    const outcome = await fuzzOnce(reader, files).catch((cause: unknown) => {
      throw new Error(`${reader}, seed ${seed}, file ${index}`, { cause });
    });
    if (outcome.kind === 'read') read++;
    else refused++;
    slowest = Math.max(slowest, outcome.milliseconds);
    perFileByte = Math.max(perFileByte, outcome.perFileByte);
  }
  return {
    reader,
    mutations,
    refused,
    read,
    'slowest ms': short(slowest),
    'array bytes / file byte': short(perFileByte),
  };
}

const [mutations = 100_000, seed = 1] = process.argv.slice(2).map(Number);
const rows: Row[] = [];
for (const reader of READERS) rows.push(await fuzzReader(reader, mutations, seed));
report('fuzz-files', rows);
