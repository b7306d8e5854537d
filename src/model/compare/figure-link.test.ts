import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFigureView, encodeFigureView } from './figure-link.ts';
import { FIGURE_2, type FigureView } from './figure-view.ts';

const views: fc.Arbitrary<FigureView> = fc.record({
  norm: fc.constantFrom('l1', 'linf', 'lower', 'upper'),
  rule: fc.oneof(
    fc.constantFrom('scott' as const, 'silverman' as const),
    fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
  ),
  groups: fc.record({ conv: fc.boolean(), batchnorm: fc.boolean(), dense: fc.boolean() }),
  dropped: fc.boolean(),
  log: fc.boolean(),
});

describe('the link of a figure', () => {
  it('is read back as the same view', () => {
    fc.assert(
      fc.property(views, (view) => {
        expect(decodeFigureView(encodeFigureView(view))).toEqual(view);
      }),
    );
  });

  it('is read when another program has escaped its commas', () => {
    expect(decodeFigureView('layers=conv%2Cdense')).toEqual(decodeFigureView('layers=conv,dense'));
  });

  it('is empty for the view of Figure 2', () => {
    expect(encodeFigureView(FIGURE_2)).toBe('');
    expect(encodeFigureView({ ...FIGURE_2, norm: 'linf', log: true })).toBe('norm=linf&axis=log');
  });

  it.each([
    ['norm=l3', 'norm=l3: give l1, linf, lower, upper.'],
    ['axis=up', 'axis=up'],
    ['rule=-1', 'rule=-1: give scott, silverman or a positive number.'],
    ['rule=0', 'rule=0'],
    ['layers=conv,gru', 'layers=conv,gru'],
    ['dropped=maybe', 'dropped=maybe'],
    ['constructor=1', 'constructor=1: unknown key; the keys are norm, axis'],
    ['x'.repeat(2000), 'longer than the limit of 1000'],
  ])('is rejected with the invalid part: %s', (query, message) => {
    expect(() => decodeFigureView(query)).toThrow(message);
  });
});
