import { describe, expect, it } from 'vitest';
import { defaultAttack } from '../../../model/attack/lists.ts';
import { DEFAULT_ATTACK_PLAN } from '../../../model/attack/plan.ts';
import { curveAttacks, curveRadii, firstChoice, parseRadii, usualRadii } from './radii.ts';
import { radiusDrawing } from './radius-drawing.ts';

describe('Q6 radii of a curve', () => {
  it('are typed as numbers and fractions, decimal commas taken, in any order; 0 is among them', () => {
    expect(parseRadii('8/255, 0.1; 0,05 8/255,\n1')).toEqual({ radii: [0, 8 / 255, 0.05, 0.1, 1] });
    expect(parseRadii('0')).toEqual({ radii: [0] });
  });

  it('of a stopped curve are all that were wanted; its label says where it ended', () => {
    const points = [{ eps: 0, standing: 4, of: 5 }];
    const whole = { attack: defaultAttack('fgsm'), points };
    const curve = { ...whole, left: [8 / 255, 0.1] };
    expect(curveRadii(curve)).toBe('0, 8/255, 0.1');
    const labelOf = (one: typeof whole): string =>
      radiusDrawing({ plan: DEFAULT_ATTACK_PLAN, verdicts: [] }, one, 'light').series[0]!.label;
    expect(labelOf(curve)).toBe('FGSM, stopped after 1 of 3 radii');
    expect(labelOf(whole)).toBe('FGSM at each radius');
  });

  it('are refused with the word that is none', () => {
    expect(parseRadii(' ')).toEqual({ error: 'Give at least one radius.' });
    for (const wrong of ['-1', 'x', '1/0', '1001', '8/255/2', 'NaN', '1,2,3'])
      expect(parseRadii(`0, ${wrong}`)).toEqual({
        error: expect.stringContaining(`“${wrong}” is not a radius`) as string,
      });
    const many = Array.from({ length: 25 }, (_, k) => k).join(' ');
    expect(parseRadii(many)).toEqual({ error: 'Give at most 24 radii.' });
  });

  it('are offered around the plan’s own', () => {
    expect(usualRadii(8 / 255)).toBe('0, 2/255, 4/255, 8/255, 16/255, 32/255');
    expect(usualRadii(0.3)).toBe('0, 0.075, 0.15, 0.3, 0.6, 1.2');
    expect(parseRadii(usualRadii(0))).toHaveProperty('radii.length', 5);
  });

  it('go with PGD or an attack of the plan: its only one first', () => {
    expect(curveAttacks(DEFAULT_ATTACK_PLAN)).toHaveLength(5);
    expect(firstChoice(DEFAULT_ATTACK_PLAN, null)).toBe(0);
    const fgsm = { ...DEFAULT_ATTACK_PLAN, attack: defaultAttack('fgsm') };
    expect(curveAttacks(fgsm)[firstChoice(fgsm, null)]).toEqual(defaultAttack('fgsm'));
    const pgd = { ...DEFAULT_ATTACK_PLAN, attack: defaultAttack('pgd') };
    expect(curveAttacks(pgd)).toEqual([defaultAttack('pgd')]);
    expect(firstChoice(pgd, null)).toBe(0);
  });

  it('continue with the attack of the stored curve', () => {
    const attack = curveAttacks(DEFAULT_ATTACK_PLAN)[2]!;
    expect(firstChoice(DEFAULT_ATTACK_PLAN, { attack, points: [] })).toBe(2);
    const other = { ...defaultAttack('fgsm'), loss: 'dlr' } as typeof attack;
    expect(firstChoice(DEFAULT_ATTACK_PLAN, { attack: other, points: [] })).toBe(0);
  });
});
