import { describe, expect, it } from 'vitest';
import { isNodeNewEnough, isStale } from './lib/install.mjs';

const locked = {
  packages: {
    '': { version: '1.0.0' },
    'node_modules/a': { version: '2.0.0', integrity: 'sha512-a' },
    'node_modules/other-platform': { version: '1.1.0', integrity: 'sha512-o', optional: true },
  },
};
const same = { packages: { 'node_modules/a': { version: '2.0.0', integrity: 'sha512-a' } } };

describe('isStale', () => {
  it('is false when all is installed as locked, bar optional packages for another platform', () => {
    expect(isStale(locked, same)).toBe(false);
  });

  it('is true when nothing is installed, or an install was broken off', () => {
    expect(isStale(locked, undefined)).toBe(true);
    expect(isStale(locked, {})).toBe(true);
  });

  it.each([
    ['a package is missing', {}],
    ['a version differs', { 'node_modules/a': { version: '2.0.1', integrity: 'sha512-a' } }],
    ['a content hash differs', { 'node_modules/a': { version: '2.0.0', integrity: 'sha512-b' } }],
    ['a package is no longer locked', { ...same.packages, 'node_modules/b': { version: '1.0.0' } }],
  ])('is true when %s', (_what, packages) => {
    expect(isStale(locked, { packages })).toBe(true);
  });
});

describe('isNodeNewEnough', () => {
  it.each([
    ['20.19.0', true],
    ['20.18.9', false],
    ['18.20.0', false],
    ['22.1.0', true],
  ])('of %s is %s', (version, expected) => {
    expect(isNodeNewEnough(version)).toBe(expected);
  });
});
