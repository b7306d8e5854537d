import type { BarData } from '../../../charts/bar-layout.ts';
import { ATTACK_KINDS } from '../../../model/attack/kinds.ts';
import type { EvaluationSummary, Share } from '../../../model/attack/evaluation-summary.ts';
import { formatCount, formatPercent } from '../../../ui/format.ts';
import { TEXT } from '../messages.ts';

const MESSAGES = TEXT.results.fall;

/** A bar of the figure: the clean images, or what stands after an attack. */
export interface Fall {
  readonly after: string;
  /** Null where the attack has not begun. */
  readonly share: Share | null;
  /** Whether the attack, and those before it, are done with all images. */
  readonly complete: boolean;
}

/** What stands from the clean images on. @param begun Attacks that have begun. */
export function fallsOf({ clean, attacks }: EvaluationSummary, begun: number): Fall[] {
  const after = attacks.map(({ kind, standing, complete }, at): Fall => {
    // An evaluation in which nothing is left to attack is done with attacks that it never began.
    const share = complete || at < begun ? standing : null;
    return { after: ATTACK_KINDS[kind].label, share, complete };
  });
  return [{ after: TEXT.results.clean, share: clean, complete: true }, ...after];
}

/** The bars in percent, with their intervals as whiskers. */
export function fallBars(falls: readonly Fall[], net: { name: string; color: string }): BarData {
  const percent = (rate: number): number => 100 * rate;
  return {
    categories: falls.map(({ after }) => after),
    series: [
      {
        id: 'standing',
        label: net.name,
        color: net.color,
        values: falls.map(({ share }) => share && percent(share.rate)),
        intervals: falls.map(
          ({ share }) =>
            share && { lower: percent(share.interval.lower), upper: percent(share.interval.upper) },
        ),
      },
    ],
    log: false,
    top: 100,
  };
}

/** A bar as text. */
export function fallReading({ after, share, complete }: Fall): string {
  if (share === null) return MESSAGES.notBegun(after);
  const { rate, count, n, interval } = share;
  const ends = TEXT.results.head.interval(
    formatPercent(interval.lower),
    formatPercent(interval.upper),
  );
  const counts = { count: formatCount(count), n: formatCount(n) };
  const name = after === TEXT.results.clean ? MESSAGES.cleanReading : after;
  const words = { after: name, rate: formatPercent(rate), interval: ends, ...counts };
  return MESSAGES.reading(words) + (complete ? '' : MESSAGES.soFar);
}

/** The figure's data, one row per bar. */
export function fallTable(falls: readonly Fall[]): (string | number)[][] {
  const rows = falls.map(({ after, share, complete }) => [
    after,
    share?.count ?? '',
    share?.n ?? '',
    share?.rate ?? '',
    share?.interval.lower ?? '',
    share?.interval.upper ?? '',
    complete ? MESSAGES.yes : MESSAGES.no,
  ]);
  return [[...MESSAGES.table], ...rows];
}
