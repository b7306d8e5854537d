/** Reads a number as people type it: decimal comma or point, spaces around, "1/255". Else null. */
export function parseNumber(text: string): number | null {
  const trimmed = text.trim().replace(',', '.').replace('−', '-');
  const fraction = /^([^/]+)\/([^/]+)$/.exec(trimmed);
  if (fraction !== null) {
    const [top, bottom] = [parseNumber(fraction[1]!), parseNumber(fraction[2]!)];
    return top === null || bottom === null || bottom === 0 ? null : top / bottom;
  }
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return null;
  return Number(trimmed);
}
