/** Median, quartiles and number of runs of a function's time, in milliseconds. */
export interface Timing {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly runs: number;
}

/** Sorted-sample quantile, nearest rank. */
function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;
}

/** Median and quartiles of a sample. */
export function summarize(times: readonly number[]): Timing {
  const sorted = [...times].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
    runs: times.length,
  };
}

/**
 * Times several functions in turn (round robin), so that noise of the machine meets all alike.
 * Each is warmed up first; the first to be named is the base of the ratios.
 */
export async function race(
  entries: Readonly<Record<string, () => unknown>>,
  { runs = 15, warmUp = 3 } = {},
): Promise<Record<string, Timing>> {
  const times = Object.fromEntries(Object.keys(entries).map((name) => [name, [] as number[]]));
  for (let run = -warmUp; run < runs; run++) {
    for (const [name, work] of Object.entries(entries)) {
      const start = performance.now();
      await work();
      const time = performance.now() - start;
      if (run >= 0) times[name]?.push(time);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, summarize(list)]));
}

/** One row of a printed table. */
export type Row = Readonly<Record<string, string | number>>;

/** Prints a table, then everything again as one line of JSON. */
export function report(name: string, rows: readonly Row[]): void {
  console.log(`\n${name}`);
  console.table(rows);
  console.log(JSON.stringify({ bench: name, node: process.version, rows }));
}

/** A time or ratio with three significant digits. */
export function short(value: number): number {
  return Number(value.toPrecision(3));
}
