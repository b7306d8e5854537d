import { formatNumber } from '../../../ui/format.ts';
import { formatIndex } from './line-labels.ts';
import type { Look } from './look.ts';
import { TEXT } from './messages.ts';
import { placeAt, sizesOf } from './step.ts';

const MESSAGES = TEXT.image;

/** h of a weight at the displayed line. */
function hAt({ marks, markAt, before }: Look, at: number): number {
  return marks === 'h' ? markAt(at) : before.h[at]!;
}

/** Description of a weight: its value, h, and whether it is on the column or row of the norm. */
export function readingOf(look: Look, at: number): string {
  const { drawn, drawnChosen } = look;
  const slice = TEXT.slices[drawn.decay.norm === 'l1' ? 'columns' : 'rows'];
  return MESSAGES.reading({
    at: formatIndex(drawn, at),
    weight: formatNumber(drawn.values[at]!),
    h: formatNumber(hAt(look, at)),
    more: drawnChosen.has(at) ? MESSAGES.attains(slice) : '',
  });
}

/** The weights that are drawn, all digits of each: rows of a table. */
export function kernelTable(look: Look, indices: Int32Array): (string | number)[][] {
  const { drawn, drawnChosen } = look;
  const sizes = sizesOf(drawn.layer);
  const rows = Array.from(indices, (at) => {
    const { i, j, k, t } = placeAt(sizes, at);
    return [i, j, k, t, drawn.values[at]!, hAt(look, at), drawnChosen.has(at) ? 1 : 0];
  });
  return [[...MESSAGES.csv], ...rows];
}
