import type { ConvOperator } from '../operator.ts';
import { l2Interval } from './interval.ts';
import { runMethod, type MethodId } from './methods.ts';
import type { L2Interval, L2Options, L2Progress, MethodResult } from './types.ts';

/** Which methods each effort runs, in order: cheap ones first. */
const ORDER: Readonly<Record<'quick' | 'full', readonly MethodId[]>> = {
  quick: ['formula3', 'frobenius', 'sqrt-l1-linf', 'reshaped', 'gram-1', 'svd'],
  full: [
    'formula3',
    'frobenius',
    'sqrt-l1-linf',
    'reshaped',
    'patch',
    'fantastic-four',
    'gram-1',
    'gram-2',
    'gram-3',
    'gram-4',
    'gram-5',
    'gram-6',
    'symbol-sup',
    'sgl',
    'gouk',
    'power',
    'power-as-run',
    'svd',
  ],
};

/** The interval with what a certified row adds to it. */
function narrowed(interval: L2Interval, row: MethodResult): L2Interval {
  if (row.badge === 'certified upper' && row.value < interval.upper) {
    return { ...interval, upper: row.value, upperBy: row.label };
  }
  if (row.badge === 'certified lower' && row.value > interval.lower) {
    return { ...interval, lower: row.value, lowerBy: row.label };
  }
  return interval;
}

/**
 * The certified interval and then, row by row, its competitors: everything that the ℓ2 table shows.
 * Each yield holds all finished rows and the one under way (its value NaN until there is one).
 */
export function* compareL2(
  op: ConvOperator,
  options: L2Options,
): Generator<L2Progress, L2Progress> {
  let last: L2Progress | undefined;
  for (const progress of l2Interval(op, options)) {
    last = { ...progress, fraction: progress.fraction / 2 };
    yield last;
  }
  let interval = last!.interval;
  const methods: MethodResult[] = [...last!.methods];
  const order = ORDER[options.effort ?? 'full'];
  for (const [at, id] of order.entries()) {
    const share = (done: number): number => 0.5 + (at + done) / order.length / 2;
    const run = runMethod(id, op, options);
    let step = run.next();
    for (; !step.done; step = run.next()) {
      const { label: stage } = step.value;
      yield { interval, stage, fraction: share(0), methods: [...methods, step.value] };
    }
    methods.push(step.value);
    interval = narrowed(interval, step.value);
    yield { interval, stage: step.value.label, fraction: share(1), methods: [...methods] };
  }
  return { interval, stage: 'done', fraction: 1, methods };
}
