import type { IntervalPoint, IntervalSeries } from '../../../charts/interval-layout.ts';
import { wilsonInterval } from '../../../math/intervals.ts';
import { categoricalColor, cssColor, type Theme } from '../../../math/palette.ts';
import { formatRadius } from '../../../model/attack/plan.ts';
import { formatKind } from '../../../model/attack/labels.ts';
import type {
  CurvePoint,
  EvaluationRecord,
  RadiusCurve,
} from '../../../model/attack/evaluation.ts';
import { evaluationSummary } from '../../../model/attack/evaluation-summary.ts';
import { formatCount, formatPercent } from '../../../ui/format.ts';
import { sizedAttackName } from '../image/labels.ts';
import { CURVE_TEXT as MESSAGES } from './messages.ts';

/** A proportion of images, with the counts that it comes from. */
export interface RadiusPoint extends IntervalPoint, CurvePoint {}

/** The curve and the evaluation's own result as their chart draws them. */
export interface RadiusDrawing {
  readonly series: readonly (IntervalSeries & { readonly points: readonly RadiusPoint[] })[];
  readonly table: () => (string | number)[][];
}

const COLORS = { curve: 0, own: 4 } as const;

function pointOf({ eps, standing, of }: CurvePoint): RadiusPoint {
  return { eps, standing, of, x: eps, y: standing / of, ...wilsonInterval(standing, of) };
}

/** A curve's label: its attack, and where it was stopped. */
function curveLabel({ attack, points, left = [] }: RadiusCurve): string {
  const name = sizedAttackName(attack);
  if (left.length === 0) return MESSAGES.curveLabel(name);
  const [done, of] = [points.length, points.length + left.length];
  return MESSAGES.stoppedLabel({ attack: name, done: formatCount(done), of: formatCount(of) });
}

/** Points so far by an attack (null: none requested), and the result of the evaluation itself. */
export function radiusDrawing(
  record: Pick<EvaluationRecord, 'plan' | 'verdicts'>,
  curve: RadiusCurve | null,
  theme: Theme,
): RadiusDrawing {
  const color = (at: number): string => cssColor(categoricalColor(at, theme));
  const summary = evaluationSummary(record);
  const drawn =
    curve === null
      ? []
      : [
          {
            id: 'curve',
            color: color(COLORS.curve),
            look: 'line' as const,
            label: curveLabel(curve),
            points: curve.points.filter(({ of }) => of > 0).map(pointOf),
          },
        ];
  const { attack, threat } = record.plan;
  const { eps } = threat;
  const label = (summary?.complete === true ? MESSAGES.ownLabel : MESSAGES.unfinished)(
    formatKind(attack.kind),
  );
  const own =
    summary === null
      ? []
      : [
          {
            id: 'own',
            color: color(COLORS.own),
            look: 'mark' as const,
            label,
            points: [pointOf({ eps, standing: summary.robust.count, of: summary.n })],
          },
        ];
  const series = [...drawn, ...own];
  return {
    series,
    table: () => [
      ['what', 'epsilon', 'standing', 'images', 'robust accuracy', 'lower 95 %', 'upper 95 %'],
      ...series.flatMap((one) =>
        one.points.map(({ eps: at, standing, of, y, lower, upper }) => [
          one.label,
          at,
          standing,
          of,
          y,
          lower,
          upper,
        ]),
      ),
    ],
  };
}

/** A point as text. */
export function radiusReading(label: string, point: RadiusPoint): string {
  const { eps, standing, of, y, lower, upper } = point;
  return MESSAGES.reading({
    label,
    eps: formatRadius(eps),
    rate: formatPercent(y),
    low: formatPercent(lower),
    high: formatPercent(upper),
    standing: formatCount(standing),
    n: formatCount(of),
  });
}
