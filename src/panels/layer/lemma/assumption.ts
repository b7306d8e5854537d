import type { Assumption1, WindowCondition } from '../../../math/lemma1.ts';
import { unrealizedSets } from '../../../math/lemma1.ts';
import type { ConvOperator } from '../../../math/operator.ts';
import { axisOf, effectiveKernel } from '../../../math/geometry.ts';
import { TEXT } from '../messages.ts';
import { setName } from './names.ts';

const MESSAGES = TEXT.lemma;

/** An inequality of Assumption 1 with its numbers, and whether it holds. */
export interface Inequality {
  readonly id: string;
  readonly holds: boolean;
  readonly text: string;
}

interface Parts {
  readonly op: ConvOperator;
  readonly axis: 0 | 1;
  readonly condition: WindowCondition;
}

/** κ + c·s − p = 3 + 1·2 − 1 = 4 ≤ 8 = h. */
function spelled({ op, axis, condition }: Parts): string {
  const { kernel, dilation, stride, padBegin } = axisOf(op.geometry, axis);
  const { c, left, right, holds } = condition;
  const numbers = `${effectiveKernel(kernel, dilation)} + ${c}·${stride} − ${padBegin}`;
  return `κ + c·s − p = ${numbers} = ${left} ${holds ? '≤' : '>'} ${right} = ${MESSAGES.sides[axis]}`;
}

function sameCondition(op: ConvOperator, conditions: Assumption1['printed']): boolean {
  const texts = ([0, 1] as const).map((axis) =>
    spelled({ op, axis, condition: conditions[axis] }).replace(/= \w$/, ''),
  );
  return texts[0] === texts[1];
}

/** Both forms of Assumption 1, the second only where it differs; one line where both axes agree. */
export function inequalities(op: ConvOperator, assumption: Assumption1): Inequality[] {
  const differ = assumption.printed.some(({ c }, axis) => c !== assumption.sharp[axis as 0 | 1].c);
  const forms = differ ? (['printed', 'sharp'] as const) : (['printed'] as const);
  return forms.flatMap((form) => {
    const conditions = assumption[form];
    const both = sameCondition(op, conditions);
    const axes = both ? ([0] as const) : ([0, 1] as const);
    const lead = differ ? `${MESSAGES.forms[form]} ` : '';
    return axes.map((axis) => ({
      id: `${form}-${axis}`,
      holds: conditions[axis].holds,
      text: `${lead}${both ? MESSAGES.both : MESSAGES.axes[axis]}: ${spelled({ op, axis, condition: conditions[axis] })}`,
    }));
  });
}

/** Printed sets that no input pixel sees, by axis, as sentences. */
export function unrealizedText(op: ConvOperator): string[] {
  return unrealizedSets(op.geometry).flatMap((sets, axis) =>
    sets.length === 0
      ? []
      : [`${MESSAGES.axes[axis as 0 | 1]}: ${sets.map(({ taps }) => setName(taps)).join(' ')}`],
  );
}
