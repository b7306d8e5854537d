/** Width of a usual letter, in parts of the font size. */
const LETTER = 0.55;
/** What a label says after its name (counts, bandwidth) stays whole. */
const KEPT_END = 30;

/** About how wide a text is, in the font size's unit. */
export function textWidth(text: string, size = 12): number {
  return text.length * LETTER * size;
}

/** A text that fits into a width: cut in its middle, so that both ends can be told apart. */
export function fitText(text: string, width: number, size = 12): string {
  const most = Math.max(8, Math.floor(width / (LETTER * size)));
  if (text.length <= most) return text;
  const end = Math.min(KEPT_END, Math.floor(0.65 * most));
  return `${text.slice(0, most - end - 1)}…${text.slice(-end)}`;
}
