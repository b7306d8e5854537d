import { describe, expect, it } from 'vitest';
import {
  DEFAULT_EXPERIMENT,
  defaultAdversarial,
  defaultRegularizer,
} from '../../model/train/experiment.ts';
import {
  fineStep,
  formatBytes,
  formatDuration,
  percent,
  settingsLine,
  formatLogTick,
  formatTick,
} from './labels.ts';

describe('words of the Train panel', () => {
  it('a fine step is about a tenth of the value and never a whole number', () => {
    expect([0, 0.05, 0.001, 0.9, 1, 100].map(fineStep)).toEqual([
      0.001, 0.01, 0.0001, 0.1, 0.1, 0.5,
    ]);
  });

  it('numbers at ticks have no more digits than it takes', () => {
    expect([0, 0.5, 2.5, 1e4, 1e12, -3, 2e-5].map(formatTick)).toEqual([
      '0',
      '0.5',
      '2.5',
      '10000',
      '10¹²',
      '−3',
      '2·10⁻⁵',
    ]);
    expect([0.5, 100, 1e4, 2e4, 1e6].map(formatLogTick)).toEqual([
      '0.5',
      '100',
      '10⁴',
      '2·10⁴',
      '10⁶',
    ]);
  });

  it('times, bytes and rates are said as a person reads them', () => {
    expect([0, 59.6, 3725, NaN].map(formatDuration)).toEqual(['0:00', '1:00', '1:02:05', '–']);
    expect([0, 999, 1500, 2.5e9].map(formatBytes)).toEqual(['0 B', '999 B', '1.5 kB', '2.5 GB']);
    expect(percent(0.9123)).toBe('91.2 %');
  });

  it('a run is described by its net, regularizer and images', () => {
    const regularizer = defaultRegularizer('norm-decay-linf');
    expect(settingsLine({ ...DEFAULT_EXPERIMENT, regularizer })).toBe(
      'Small CNN · Norm decay, ℓ∞ β 0.001 · 5,000 × shapes (generated)',
    );
    const adversarial = { ...defaultAdversarial('trades'), eps: 0.1 };
    expect(settingsLine({ ...DEFAULT_EXPERIMENT, adversarial })).toBe(
      'Small CNN · TRADES ε 0.1 · 5,000 × shapes (generated)',
    );
  });
});
