import type { ScaleLinear } from 'd3-scale';

/**
 * Texts for the ticks of a linear axis: as many decimals as tell two ticks apart; powers of ten where the
 * numbers would be long. (d3's `~g` takes the digits of a step for those of the number: 10, 20 become 1e+1,
 * 2e+1.)
 */
export function tickText(
  scale: ScaleLinear<number, number>,
  count: number,
): (value: number) => string {
  const most = Math.max(...scale.domain().map(Math.abs));
  const long = most >= 1e6 || most < 1e-3;
  return scale.tickFormat(count, long ? '~e' : undefined);
}
