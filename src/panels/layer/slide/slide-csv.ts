import type { ConvOperator } from '../../../math/operator.ts';
import { blockEntries, firstLine, lineOf, slideStep, type Channels } from './slide-model.ts';

type Rows = (string | number)[][];

/** The kernel where it lies: each tap, the pixel it falls on, and whether that is inside. */
export function tapsCsv(op: ConvOperator, step: number, channels: Channels): Rows {
  const { taps } = slideStep(op, step, channels);
  const rows = taps.map(({ k, t, y, x, inside, value }) => [k, t, y, x, inside ? 1 : 0, value]);
  return [['k', 't', 'y', 'x', 'inside', 'K'], ...rows];
}

/** The pixels that the kernel has stopped at so far, each with its line of M. */
export function stopsCsv(op: ConvOperator, step: number, channels: Channels): Rows {
  const rows = Array.from({ length: step + 1 }, (_, at) => {
    const placed = slideStep(op, at, channels);
    return [at, ...placed.output, lineOf(op, placed, channels.i)];
  });
  return [['step', 'y', 'x', 'line of M'], ...rows];
}

/** The entries of the lines of M that are in the picture, within the watched channel block. */
export function linesCsv(op: ConvOperator, step: number, channels: Channels): Rows {
  const rows: Rows = [];
  for (let at = firstLine(step); at <= step; at++) {
    const placed = slideStep(op, at, channels);
    const line = lineOf(op, placed, channels.i);
    for (const { column, value } of blockEntries(op, placed)) rows.push([line, column, value]);
  }
  return [['line of M', 'pixel of the channel', 'value'], ...rows];
}
