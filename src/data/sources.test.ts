import { describe, expect, it } from 'vitest';
import { makeShapes } from './shapes.ts';
import { DATA_SOURCES, downloadBytes, storedBytes } from './sources.ts';

const withFiles = DATA_SOURCES.filter((source) => source.kind === 'files');
const files = withFiles.flatMap(({ versions }) => versions.flatMap((version) => version.files));

describe('D18 the table of sources', () => {
  it('names every source once and gives each file sums of the right form and an address', () => {
    const ids = DATA_SOURCES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { name, md5, sha256, unpackedMd5, addresses } of files) {
      expect(md5).toMatch(/^[0-9a-f]{32}$/);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(unpackedMd5 ?? md5).toMatch(/^[0-9a-f]{32}$/);
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
});
