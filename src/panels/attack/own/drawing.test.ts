import { describe, expect, it } from 'vitest';
import { blankSheet, colorOf, undone, withLine, withNew } from './drawing.ts';

const WHITE = { width: 1, color: [1] };

describe('Q7 a drawn image', () => {
  it('is covered where the pen goes, and mixed at its edge', () => {
    const { image } = blankSheet([3, 4, 1]);
    const line = { pen: WHITE, from: [1.5, 0.5], to: [1.5, 2.5] } as const;
    const drawn = withLine(image, [3, 4, 1], line);
    // Centres on the line are 0.5 + 0.5 inside; those a pixel away lie just outside.
    expect([...drawn]).toEqual([0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0]);
    const wide = withLine(image, [3, 4, 1], { ...line, pen: { ...WHITE, width: 2 } });
    expect([...wide.subarray(0, 4)].map((v) => Number(v.toFixed(4)))).toEqual([
      0.5,
      0.5,
      0.5,
      // √2 from the end of the line.
      Number((1.5 - Math.SQRT2).toFixed(4)),
    ]);
    expect([...image]).toEqual(new Array(12).fill(0));
  });

  it('takes a colour in each channel; a dot is a line without length', () => {
    const pen = { width: 1, color: colorOf('#ff8000') };
    const at = [0.5, 1.5] as const;
    const drawn = withLine(blankSheet([1, 2, 3]).image, [1, 2, 3], { pen, from: at, to: at });
    expect([...drawn]).toEqual([0, 0, 0, 1, Math.fround(128 / 255), 0]);
  });

  it('goes back stroke by stroke, over the last 50', () => {
    let sheet = blankSheet([1, 1, 1]);
    for (let k = 1; k <= 60; k++) sheet = withNew(sheet, Float32Array.of(k));
    sheet = undone(undone(sheet));
    expect(sheet.image[0]).toBe(58);
    for (let k = 0; k < 100; k++) sheet = undone(sheet);
    expect(sheet.image[0]).toBe(10);
  });
});
