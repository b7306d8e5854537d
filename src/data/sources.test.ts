import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasShared, sharedPath, SKIP_NOTE } from '../math/testing/fixtures.ts';
import { makeShapes } from './shapes.ts';
import { gunzip } from './gzip.ts';
import { DATA_SOURCES, downloadBytes, storedBytes } from './sources.ts';

const withFiles = DATA_SOURCES.filter((source) => source.kind === 'files');
const files = withFiles.flatMap(({ versions }) => versions.flatMap((version) => version.files));

describe('D18 the table of sources', () => {
  it('names every source once and gives each file sums of the right form and an address', () => {
    const ids = DATA_SOURCES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { name, md5, sha256, addresses } of files) {
      expect(md5).toMatch(/^[0-9a-f]{32}$/);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(addresses.length).toBeGreaterThan(0);
      for (const address of addresses) expect(new URL(address).pathname.endsWith(name)).toBe(true);
    }
    expect(new Set(files.map(({ sha256 }) => sha256)).size).toBe(files.length);
  });

  it('says what is fetched and what is kept', () => {
    const cifar = withFiles.find(({ id }) => id === 'cifar-10')!;
    expect(downloadBytes(cifar.versions[0]!)).toBe(170_052_171);
    // 60,000 records of 3,073 bytes, as the binary version has them.
    expect(storedBytes(cifar)).toBe(60_000 * 3073);
  });

  it('describes shapes as they are made', () => {
    const shapes = DATA_SOURCES.find(({ id }) => id === 'shapes')!;
    const { height, width, channels, classes } = makeShapes({ seed: 1, count: 1 });
    expect(shapes).toMatchObject({ height, width, channels, classes: classes.length });
  });

  it.skipIf(!hasShared)(`has MNIST's sums of unpacked files${SKIP_NOTE}`, () => {
    const known = files.filter(({ unpackedMd5 }) => unpackedMd5 !== undefined);
    expect(known.length).toBe(4);
    for (const { name, unpackedMd5 } of known) {
      const bytes = new Uint8Array(readFileSync(sharedPath(`data/${name}`)));
      const content = gunzip({ name, bytes }).bytes;
      expect(createHash('md5').update(content).digest('hex')).toBe(unpackedMd5);
    }
  });
});
