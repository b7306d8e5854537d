import { describe, expect, it } from 'vitest';
import { csvText } from '../../../charts/export.ts';
import type { Verdict } from '../../../model/attack/verdict.ts';
import { flagsTable } from './flags-table.ts';

const STANDS: Verdict = {
  index: 7,
  label: 3,
  prediction: 3,
  margin: 1.5,
  attacks: 4,
  brokenBy: null,
};
const WRONG: Verdict = { ...STANDS, index: 8, prediction: 1, margin: -0.25, attacks: 0 };
const BROKEN: Verdict = {
  ...STANDS,
  index: 9,
  attacks: 2,
  brokenBy: {
    attack: 1,
    kind: 'apgd-t',
    restart: 0,
    step: 12,
    target: 5,
    prediction: 5,
    margin: -0.5,
    distances: { linf: 0.03125, l2: 0.75, l1: 20 },
    survivesRounding: true,
  },
};

describe('Y32 the table of flags', () => {
  it('has a row for each image, and empty cells where nothing broke it', () => {
    const lines = csvText(flagsTable([STANDS, WRONG, BROKEN]))
      .trimEnd()
      .split('\r\n');
    expect(lines).toEqual([
      'index,label,clean_prediction,clean_margin,stands,attacks_done,broken_by,restart,step,target,' +
        'prediction,margin,linf,l2,l1,survives_rounding',
      '7,3,3,1.5,1,4,,,,,,,,,,',
      '8,3,1,-0.25,0,0,,,,,,,,,,',
      '9,3,3,1.5,0,2,apgd-t,0,12,5,5,-0.5,0.03125,0.75,20,1',
    ]);
  });
});
