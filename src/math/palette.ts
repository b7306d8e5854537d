/** Colours of the lab's pictures: sRGB bytes in, sRGB bytes out. The screen's tokens repeat none. */

export type Theme = 'light' | 'dark';
/** sRGB bytes [red, green, blue], 0 … 255. */
export type Rgb = readonly [number, number, number];
type Lab = readonly [number, number, number];

/** The page's own surface: the colour of zero (custom property --surface of the same theme). */
const SURFACE: Readonly<Record<Theme, Rgb>> = { light: [252, 252, 250], dark: [20, 24, 29] };

/** Where there is no picture: custom property --surface-2. */
const OUTSIDE: Readonly<Record<Theme, Rgb>> = { light: [243, 243, 239], dark: [27, 32, 39] };

/** Lightness, chroma and hue (degrees) of OKLCH. */
type Lch = readonly [number, number, number];

/**
 * Where each arm of the scale passes and ends. Blue against orange stays apart for every common
 * colour blindness; equal lightness and chroma on both arms keep −t as strong as +t.
 */
const ARMS: Readonly<Record<Theme, Record<'negative' | 'positive', readonly [Lch, Lch]>>> = {
  light: {
    negative: [
      [0.62, 0.14, 248],
      [0.36, 0.1, 260],
    ],
    positive: [
      [0.62, 0.14, 48],
      [0.36, 0.1, 32],
    ],
  },
  dark: {
    negative: [
      [0.6, 0.13, 250],
      [0.88, 0.07, 228],
    ],
    positive: [
      [0.6, 0.13, 50],
      [0.88, 0.07, 72],
    ],
  },
};

function linear(byte: number): number {
  const c = byte / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

function byteOf(value: number): number {
  const c = value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
  return Math.min(255, Math.max(0, Math.round(255 * c)));
}

/**
 * OKLab coordinates of linear-light sRGB, each 0 … 1. Equal distances look about equally large.
 *
 * @see Ottosson 2020, "A perceptual color space for image processing".
 */
export function oklabOfLinear(r: number, g: number, b: number): Lab {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** OKLab coordinates of an sRGB colour. */
export function oklab([r, g, b]: Rgb): Lab {
  return oklabOfLinear(linear(r), linear(g), linear(b));
}

function rgbOfLab([lightness, a, b]: Lab): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    byteOf(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    byteOf(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    byteOf(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function labOfLch([lightness, chroma, hue]: Lch): Lab {
  const angle = (hue * Math.PI) / 180;
  return [lightness, chroma * Math.cos(angle), chroma * Math.sin(angle)];
}

const distance = (a: Lab, b: Lab): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
const between = (a: Lab, b: Lab, part: number): Lab => [
  a[0] + (b[0] - a[0]) * part,
  a[1] + (b[1] - a[1]) * part,
  a[2] + (b[2] - a[2]) * part,
];

/** The colour of zero: the surface that the picture lies on. */
export function surfaceColor(theme: Theme): Rgb {
  return SURFACE[theme];
}

/** The colour beside a picture, where nothing is drawn. */
export function outsideColor(theme: Theme): Rgb {
  return OUTSIDE[theme];
}

/**
 * Colour of a signed value, t = value / (largest magnitude) in −1 … 1 (clamped; NaN counts as 0).
 * t = 0 is the surface's own colour, negative values run to blue, positive ones to orange; equal
 * steps of t are equal distances in OKLab.
 */
export function divergingColor(t: number, theme: Theme): Rgb {
  const strength = Math.min(1, Math.abs(t));
  if (!(strength > 0)) return SURFACE[theme];
  const start = oklab(SURFACE[theme]);
  const arm = ARMS[theme][t < 0 ? 'negative' : 'positive'];
  const [knee, end] = [labOfLch(arm[0]), labOfLch(arm[1])];
  const [first, second] = [distance(start, knee), distance(knee, end)];
  const way = strength * (first + second);
  return rgbOfLab(
    way <= first ? between(start, knee, way / first) : between(knee, end, (way - first) / second),
  );
}

/**
 * Twelve colours for kinds of things (tap sets, taps, runs). The first six are those of Okabe and
 * Ito (2008); the rest keep the least OKLab distance to all others and to the surface, seen with
 * normal sight, protanopia, deuteranopia and tritanopia, as large as the colours before allow.
 */
const CATEGORICAL: Readonly<Record<Theme, readonly Rgb[]>> = {
  light: [
    [0, 114, 178],
    [230, 159, 0],
    [0, 158, 115],
    [204, 121, 167],
    [213, 94, 0],
    [86, 180, 233],
    [88, 29, 14],
    [1, 30, 140],
    [121, 77, 82],
    [185, 208, 168],
    [165, 104, 249],
    [89, 219, 249],
  ],
  dark: [
    [0, 114, 178],
    [230, 159, 0],
    [0, 158, 115],
    [204, 121, 167],
    [213, 94, 0],
    [86, 180, 233],
    [209, 243, 207],
    [106, 64, 61],
    [190, 196, 175],
    [57, 45, 187],
    [168, 107, 253],
    [92, 222, 252],
  ],
};

/** Number of distinct categorical colours; {@link categoricalColor} begins again after them. */
export const CATEGORICAL_COLORS = 12;

/** Colour of kind `index` (a whole number ≥ 0); after twelve kinds the colours come again. */
export function categoricalColor(index: number, theme: Theme): Rgb {
  return CATEGORICAL[theme][index % CATEGORICAL_COLORS] ?? SURFACE[theme];
}

/** Ends of the depth scale in OKLCH: from blue by way of violet to red, lighter on the way. */
const DEPTHS: Readonly<Record<Theme, readonly [Lch, Lch]>> = {
  light: [
    [0.42, 0.13, 255],
    [0.62, 0.13, 395],
  ],
  dark: [
    [0.64, 0.13, 255],
    [0.86, 0.09, 395],
  ],
};

/** Colour of a layer at depth t of its net, 0 (the first) … 1 (the last): order, no sign and no kind. */
export function depthColor(t: number, theme: Theme): Rgb {
  const [first, last] = DEPTHS[theme];
  const at = (k: 0 | 1 | 2): number =>
    first[k] + (last[k] - first[k]) * Math.min(1, Math.max(0, t));
  return rgbOfLab(labOfLch([at(0), at(1), at(2)]));
}

/** The colour as CSS, `rgb(0 114 178)`. */
export function cssColor([r, g, b]: Rgb): string {
  return `rgb(${r} ${g} ${b})`;
}
