import type { ReactElement } from 'react';
import { describe, expect, it } from 'vitest';
import { kernelDensity } from '../math/kde.ts';
import { categoricalColor, cssColor } from '../math/palette.ts';
import { BarChart } from './bar-chart.tsx';
import { CellMap } from './cell-map.tsx';
import { Envelope } from './envelope.ts';
import { IntervalChart } from './interval-chart.tsx';
import { KdeChart } from './kde-chart.tsx';
import { LineChart } from './line-chart.tsx';
import { ScatterChart } from './scatter-chart.tsx';
import { svgFile } from './testing/svg-file.ts';

const color = (at: number): string => cssColor(categoricalColor(at, 'light'));

function curve(values: readonly number[]): Envelope {
  const points = new Envelope();
  values.forEach((value, at) => points.add(10 * at, value));
  return points;
}

const bars = (
  <BarChart
    width={480}
    data={{
      categories: ['conv1', 'conv2', 'features.10.weight', 'fc'],
      log: false,
      series: [
        { id: 'a', label: 'plain', color: color(0), values: [1.5, 2.25, 3, null] },
        {
          id: 'b',
          label: 'norm decay',
          color: color(1),
          hollow: true,
          values: [1, 1.25, 1.5, 2],
          intervals: [{ lower: 0.8, upper: 1.2 }, null, null, { lower: 1.7, upper: 2.2 }],
        },
      ],
    }}
    labels={{
      title: 'Norms layer by layer',
      x: 'Layer',
      y: 'ℓ1 norm',
      legend: 'Net',
      cursor: 'Layer',
      help: '',
      reading: String,
    }}
  />
);

const intervals = (
  <IntervalChart
    width={560}
    series={[
      {
        id: 'curve',
        label: 'PGD, 10 steps',
        color: color(0),
        look: 'line',
        points: [
          { x: 0, y: 0.9, lower: 0.85, upper: 0.94 },
          { x: 2 / 255, y: 0.62, lower: 0.55, upper: 0.69 },
          { x: 4 / 255, y: 0.3, lower: 0.24, upper: 0.37 },
          { x: 8 / 255, y: 0.04, lower: 0.02, upper: 0.08 },
        ],
      },
      {
        id: 'own',
        label: 'AutoAttack, standard',
        color: color(4),
        look: 'mark',
        points: [{ x: 8 / 255, y: 0.01, lower: 0.002, upper: 0.036 }],
      },
    ]}
    labels={{
      title: 'Robust accuracy by radius',
      x: 'ℓ∞ radius ε',
      y: 'Robust accuracy',
      cursor: 'Radius',
      nothing: '',
      help: '',
      reading: () => '',
      formatX: (x) => (x === 0 ? '0' : `${Math.round(255 * x)}/255`),
      formatY: (y) => `${Math.round(100 * y)} %`,
    }}
  />
);

const samples = [
  [1.2, 1.9, 2.2, 2.4, 3.9],
  [0.8, 1, 1.1, 1.4, 1.6],
];

const densities = (
  <KdeChart
    series={samples.map((values, at) => ({
      id: String(at),
      label: `${['plain', 'norm decay'][at]!} (n = 5)`,
      color: color(at),
      dash: at === 1 ? '5 3' : undefined,
      samples: values.map((value, layer) => ({ name: `conv${layer + 1}`, value })),
      result: kernelDensity(values, { rule: 'scott', points: 40 }),
    }))}
    labels={{
      title: 'Density of the layers’ norms',
      x: 'ℓ1 norm',
      y: 'Density',
      legend: 'Net',
      cursor: 'Place on the axis',
      help: '',
      reading: () => '',
    }}
  />
);

const lines = (
  <LineChart
    width={480}
    series={[
      { id: 'a', label: 'training', color: color(0), points: curve([2.3, 1.6, 1.1, 0.9, 0.8]) },
      {
        id: 'b',
        label: 'robust accuracy of PGD',
        color: color(1),
        look: 'dashed',
        dots: true,
        points: curve([2.2, 1.9, 1.7, 1.65, 1.6]),
      },
    ]}
    labels={{ title: 'Loss', x: 'step', y: 'loss', cursor: 'Step', help: '', reading: () => '' }}
    axis={{ kind: 'linear', format: String }}
    end={50}
    reached={40}
    marks={[{ x: 20, label: 'lr = 0.01' }]}
  />
);

const spread = (value: number): { value: number; lower: number; upper: number } => {
  return { value, lower: value - 5, upper: value + 4 };
};

const scatter = (
  <ScatterChart
    width={400}
    end={100}
    points={[
      { id: 'a', label: 'plain', color: color(0), hollow: false, x: spread(93), y: spread(12) },
      { id: 'b', label: 'TRADES', color: color(1), hollow: true, x: spread(81), y: spread(49) },
    ]}
    labels={{
      title: 'Clean and robust accuracy',
      x: 'Clean accuracy (%)',
      y: 'Robust accuracy (%)',
      cursor: 'Net',
      help: '',
      reading: () => '',
    }}
  />
);

const cells = (
  <CellMap
    label="Kernel"
    grid={{
      rows: 3,
      columns: 4,
      size: 28,
      gaps: [null, 2],
      cells: Array.from({ length: 12 }, (_, at) => ({
        fills: at === 5 ? [color(1), color(2)] : [at % 4 === 3 ? 'transparent' : color(at % 3)],
        text: at % 4 === 3 ? '' : String(at),
        ink: '#ffffff',
        ghost: at % 4 === 3,
      })),
    }}
    lit={Array.from({ length: 12 }, (_, at) => at === 1)}
    marked={Array.from({ length: 12 }, (_, at) => at === 6)}
    onPoint={() => undefined}
    onLeave={() => undefined}
    onPick={() => undefined}
    describe={() => ''}
  />
);

const CHARTS: readonly (readonly [string, ReactElement, readonly string[]])[] = [
  ['bar-chart', bars, ['chart', 'bar-chart']],
  ['interval-chart', intervals, ['chart', 'interval-chart']],
  ['kde-chart', densities, ['chart']],
  ['line-chart', lines, ['chart', 'line-chart']],
  ['scatter-chart', scatter, ['chart', 'line-chart', 'scatter-chart']],
  ['cell-map', cells, ['cell-map']],
];

describe('a chart of fixed data is drawn as it was reviewed', () => {
  it.each(CHARTS)('%s', async (name, chart, sheets) => {
    await expect(svgFile(chart, sheets)).toMatchFileSnapshot(`./snapshots/${name}.svg`);
  });
});
