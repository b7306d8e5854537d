/**
 * With `most` significant digits, zeros at the end of a fraction only up to `least`. Written out, since
 * the first use of Intl holds a page up for longer than everything else at its start.
 */
function plain(value: number, least: number, most: number): string {
  const text = value.toPrecision(most);
  return most > least && text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Four significant digits, as the lab shows numbers by default; very large and small ones by power of ten. */
export function formatNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text =
    size >= 1e6 || size < 1e-3
      ? formatPower(value, digits)
      : Number.isInteger(value)
        ? String(value)
        : plain(value, digits, Math.max(digits, Math.ceil(Math.log10(size + 1))));
  return text.replace('-', '−');
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
  '-': '⁻',
  '+': '',
};

/** As digits times a power of ten: 1.500·10⁴. */
export function formatPower(value: number, digits: number): string {
  const [mantissa, power] = value.toExponential(digits - 1).split('e') as [string, string];
  return `${mantissa}·10${power.replace(/./g, (c) => SUPERSCRIPTS[c] ?? c)}`;
}

/** All digits of a float64. */
export function formatFull(value: number): string {
  return String(value).replace('-', '−');
}

/** A whole number with groups of three: 802,816. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A time as a person reads it. */
export function formatTime(milliseconds: number): string {
  if (milliseconds < 0.995) return `${Math.max(1, Math.round(milliseconds * 1000))} µs`;
  if (milliseconds < 1000) return `${formatNumber(milliseconds, 3)} ms`;
  return `${formatNumber(milliseconds / 1000, 3)} s`;
}

/** As many digits as it takes to tell both ends of an interval apart, four at least, nine at most. */
function digitsFor({ lower, upper }: { lower: number; upper: number }): number {
  for (let digits = 4; digits < 9; digits++) {
    if (formatNumber(lower, digits) !== formatNumber(upper, digits)) return digits;
  }
  return 9;
}

/** The number of so many significant digits next to a value, not above it or not below it. */
function roundedTo(value: number, digits: number, side: 'below' | 'above'): number {
  if (!Number.isFinite(value) || value === 0) return value;
  const near = Number(value.toPrecision(digits));
  if (side === 'above' ? near >= value : near <= value) return near;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - digits + 1);
  return Number((near + (side === 'above' ? unit : -unit)).toPrecision(digits));
}

/**
 * Both ends of an interval with as many digits as tell them apart (`most` at most), rounded outward:
 * what holds for the interval holds for what is read.
 */
export function formatEnds(
  ends: { readonly lower: number; readonly upper: number },
  most = 9,
): [lower: string, upper: string] {
  const { lower, upper } = ends;
  const digits = Math.min(most, digitsFor(ends));
  if (lower === upper) return [formatNumber(lower, 4), formatNumber(upper, 4)];
  return [
    formatNumber(roundedTo(lower, digits, 'below'), digits),
    formatNumber(roundedTo(upper, digits, 'above'), digits),
  ];
}

/** What stands in the place of a number that there is not. */
const NONE = '–';

/** A rate as percent with one decimal: 91.2 %. */
export function formatPercent(rate: number): string {
  return Number.isFinite(rate) ? `${(100 * rate).toFixed(1)} %` : NONE;
}

/** Seconds as hours, minutes and seconds: 1:02:03, 2:03. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return NONE;
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
