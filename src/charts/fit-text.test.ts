import { describe, expect, it } from 'vitest';
import { fitText, textWidth } from './fit-text.ts';

describe('fitText', () => {
  it('leaves a text alone that fits', () => {
    expect(fitText('conv1', 100)).toBe('conv1');
  });

  it('cuts the middle and keeps both ends', () => {
    const text = 'a-very-long-file-name-of-somebody (n = 17, h = 3.214)';
    const cut = fitText(text, 250);
    expect(cut).toMatch(/^a-very.*….*h = 3\.214\)$/);
    expect(textWidth(cut)).toBeLessThanOrEqual(250);
  });
});
