import type { ScatterPoint, Spread } from '../../charts/scatter-chart.tsx';
import type { Accuracy, FigureEntry } from '../../figures/entries.ts';
import { wilsonInterval } from '../../math/intervals.ts';
import { categoricalColor, cssColor, type Theme } from '../../math/palette.ts';
import { formatPercent } from '../../ui/format.ts';
import { TEXT } from './messages.ts';

const MESSAGES = TEXT.accuracies;

function spreadOf({ correct, count }: Accuracy): Spread {
  const { lower, upper } = wilsonInterval(correct, count);
  return { value: (100 * correct) / count, lower: 100 * lower, upper: 100 * upper };
}

/** A point for each net whose robust accuracy is known: clean against robust, in percent. */
export function accuracyPoints(entries: readonly FigureEntry[], theme: Theme): ScatterPoint[] {
  return entries.flatMap(({ id, name, color, repeat, robust }): ScatterPoint[] =>
    robust === null
      ? []
      : [
          {
            id,
            label: name,
            hollow: repeat > 0,
            color: cssColor(categoricalColor(color, theme)),
            x: spreadOf(robust.clean),
            y: spreadOf(robust.standing),
          },
        ],
  );
}

function formatShare({ value, lower, upper }: Spread): string {
  const [rate, low, high] = [value, lower, upper].map((one) => formatPercent(one / 100));
  return MESSAGES.share(rate!, low!, high!);
}

/** A point as text. */
export function accuracyReading({ label, x, y }: ScatterPoint): string {
  return MESSAGES.reading(label, formatShare(x), formatShare(y));
}

/** The figure's data, one row per net. */
export function accuracyTable(entries: readonly FigureEntry[]): (string | number)[][] {
  const rows = entries.flatMap(({ name, robust }) => {
    if (robust === null) return [];
    const { clean, standing, under } = robust;
    const of = ({ correct, count }: Accuracy): (string | number)[] => {
      const { lower, upper } = wilsonInterval(correct, count);
      return [correct, correct / count, lower, upper];
    };
    return [[name, under, clean.count, ...of(clean), ...of(standing)]];
  });
  return [[...MESSAGES.table], ...rows];
}
