import { scaleLinear } from 'd3-scale';
import { describe, expect, it } from 'vitest';
import { tickText } from './tick-text.ts';

function texts(domain: [number, number]): string[] {
  const scale = scaleLinear(domain, [0, 100]);
  return scale.ticks(5).map(tickText(scale, 5));
}

describe('tickText', () => {
  it('writes tens as tens, whatever the step between ticks', () => {
    expect(texts([-20, 40])).toEqual(['−20', '−10', '0', '10', '20', '30', '40']);
    expect(texts([0, 500])).toEqual(['0', '100', '200', '300', '400', '500']);
  });

  it('has the decimals that tell ticks apart', () => {
    expect(texts([0, 0.1])).toEqual(['0.00', '0.02', '0.04', '0.06', '0.08', '0.10']);
  });

  it('goes over to powers of ten for long numbers', () => {
    expect(texts([0, 4e9])).toContain('1e+9');
    expect(texts([0, 4e-5])).toContain('1e-5');
  });
});
