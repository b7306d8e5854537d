import { describe, expect, it } from 'vitest';
import { csvText } from './export.ts';

describe('csvText', () => {
  it('quotes what has to be quoted and keeps every digit', () => {
    expect(
      csvText([
        ['a', 'b "c", d'],
        [0.1 + 0.2, 1e-300],
      ]),
    ).toBe('a,"b ""c"", d"\r\n0.30000000000000004,1e-300\r\n');
  });

  it('keeps a layer name from becoming a formula, and leaves negative numbers alone', () => {
    expect(csvText([['=cmd()', '-x', -1]])).toBe("'=cmd(),'-x,-1\r\n");
  });
});
