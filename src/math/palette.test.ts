import { describe, expect, it } from 'vitest';
import {
  CATEGORICAL_COLORS,
  categoricalColor,
  cssColor,
  depthColor,
  divergingColor,
  oklab,
  oklabOfLinear,
  surfaceColor,
  type Rgb,
  type Theme,
} from './palette.ts';

const THEMES: Theme[] = ['light', 'dark'];

/** Colour as seen with a full dichromacy: Machado, Oliveira & Fernandes 2009, severity 1. */
const SIGHT: Record<string, number[][]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function seen(rgb: Rgb, sight: string): readonly number[] {
  const light = rgb.map((byte) =>
    byte <= 10 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4,
  );
  const [r, g, b] = SIGHT[sight]!.map((row) =>
    Math.min(
      1,
      Math.max(
        0,
        row.reduce((sum, weight, at) => sum + weight * light[at]!, 0),
      ),
    ),
  );
  return oklabOfLinear(r!, g!, b!);
}

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.hypot(...a.map((value, at) => value - b[at]!));

describe.each(THEMES)('the diverging scale, %s', (theme) => {
  it('gives zero the surface colour, and NaN too', () => {
    expect(divergingColor(0, theme)).toEqual(surfaceColor(theme));
    expect(divergingColor(NaN, theme)).toEqual(surfaceColor(theme));
  });

  it('clamps beyond ±1', () => {
    expect(divergingColor(7, theme)).toEqual(divergingColor(1, theme));
    expect(divergingColor(-Infinity, theme)).toEqual(divergingColor(-1, theme));
  });

  it('takes steps of equal OKLab length (to the rounding of a byte)', () => {
    for (const sign of [-1, 1]) {
      const colors = Array.from({ length: 11 }, (_, n) =>
        oklab(divergingColor((sign * n) / 10, theme)),
      );
      const steps = colors.slice(1).map((color, n) => distance(color, colors[n]!));
      // One step on each arm turns the knee, where the chord is shorter than the way.
      expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(1.25);
    }
  });

  it('tells −t from +t and t from 0 with any sight', () => {
    for (const sight of Object.keys(SIGHT)) {
      for (const t of [0.25, 0.5, 1]) {
        const [minus, plus] = [
          seen(divergingColor(-t, theme), sight),
          seen(divergingColor(t, theme), sight),
        ];
        expect(distance(minus, plus)).toBeGreaterThan(0.05);
        expect(distance(plus, seen(surfaceColor(theme), sight))).toBeGreaterThan(0.1);
      }
    }
  });

  it('stays inside the bytes', () => {
    for (let t = -1; t <= 1; t += 0.01) {
      for (const byte of divergingColor(t, theme)) {
        expect(Number.isInteger(byte) && byte >= 0 && byte <= 255).toBe(true);
      }
    }
  });
});

describe.each(THEMES)('the categorical colours, %s', (theme) => {
  it('keeps twelve kinds apart with any sight', () => {
    for (const sight of Object.keys(SIGHT)) {
      const colors = Array.from({ length: CATEGORICAL_COLORS }, (_, index) =>
        seen(categoricalColor(index, theme), sight),
      );
      colors.forEach((color, a) => {
        for (const other of colors.slice(0, a))
          expect(distance(color, other)).toBeGreaterThan(0.07);
        expect(distance(color, seen(surfaceColor(theme), sight))).toBeGreaterThan(0.1);
      });
    }
  });

  it('begins again after the last', () => {
    expect(categoricalColor(CATEGORICAL_COLORS + 3, theme)).toEqual(categoricalColor(3, theme));
  });
});

describe('cssColor', () => {
  it('writes what CSS reads', () => expect(cssColor([0, 114, 178])).toBe('rgb(0 114 178)'));
});

describe('depthColor', () => {
  /** Relative luminance of WCAG 2.2. */
  const luminance = (rgb: Rgb): number => {
    const [r, g, b] = rgb.map((byte) => {
      const c = byte / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  it.each(THEMES)(
    'stands out from the surface by 3 to 1 at every depth, and grows lighter: %s',
    (theme) => {
      const surface = luminance(surfaceColor(theme));
      const lights = Array.from({ length: 21 }, (_, k) => luminance(depthColor(k / 20, theme)));
      for (const light of lights) {
        const [least, most] = [Math.min(light, surface), Math.max(light, surface)];
        expect((most + 0.05) / (least + 0.05)).toBeGreaterThanOrEqual(3);
      }
      const lightness = Array.from({ length: 21 }, (_, k) => oklab(depthColor(k / 20, theme))[0]);
      expect(lightness.every((value, k) => k === 0 || value > lightness[k - 1]!)).toBe(true);
    },
  );
});
