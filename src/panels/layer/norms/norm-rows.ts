import type { LayerReport } from '../../../model/jobs.ts';
import type { BadgeKind } from '../../../ui/badge.tsx';
import { TEXT } from '../messages.ts';

/** One line of the norms table. */
export interface NormRow {
  readonly id: string;
  readonly label: string;
  readonly badge: BadgeKind;
  readonly value: number;
  /** Value ÷ truth; null while the truth is not known, or is 0. */
  readonly ratio: number | null;
  /** Milliseconds, or null when it was not timed by itself. */
  readonly time: number | null;
  /** The formula, typeset and plain, and one sentence. */
  readonly tex: string;
  readonly plain: string;
  readonly says: string;
  /** Iterations, residual and the like, when there are any. */
  readonly note?: string | undefined;
  /** Still to come: the value is NaN because it is being computed. */
  readonly open?: boolean;
}

const MESSAGES = TEXT.norms.rows;
type Words = keyof typeof MESSAGES;

function textOf(id: Words): Pick<NormRow, 'label' | 'tex' | 'plain' | 'says'> {
  return MESSAGES[id];
}

/** Value ÷ truth, or null when that says nothing. */
export function ratioTo(value: number, truth: number): number | null {
  return truth > 0 && Number.isFinite(value) ? value / truth : null;
}

function symmetricPadding({ operator }: LayerReport): boolean {
  const [top, bottom, left, right] = operator.geometry.padding;
  return top === bottom && left === right;
}

/**
 * Status of Eq. (1) of the convolution, dilation and groups read as zeros in a larger kernel: exact
 * under the sharp Assumption 1, never too small with symmetric zero padding, else unsure.
 */
function columnFormulaBadge(report: LayerReport): BadgeKind {
  const { geometry: g } = report.operator;
  if (g.boundary === 'circular') {
    return g.output[0] === g.input[0] && g.output[1] === g.input[1] ? 'exact' : 'certified upper';
  }
  if (!symmetricPadding(report)) return 'estimate';
  return report.assumption.sharpHolds ? 'exact' : 'certified upper';
}

/** Status of Eq. (2): it counts every tap, so it is never too small. */
function rowFormulaBadge(report: LayerReport): BadgeKind {
  const full = report.operator.geometry.boundary === 'circular' || report.assumption.sharpHolds;
  return full ? 'exact' : 'certified upper';
}

/** True when Eq. (1) and (2) as printed know of everything that the layer has. */
function inPaperSetting(report: LayerReport): boolean {
  const { geometry: g } = report.operator;
  return g.groups === 1 && g.dilation[0] === 1 && g.dilation[1] === 1 && symmetricPadding(report);
}

type Which = 'l1' | 'linf';

function formulaRows(report: LayerReport, which: Which): NormRow[] {
  const key = which === 'l1' ? 'formula1' : 'formula2';
  const truth = report.norms[which].value;
  const { expanded, literal } = report.formulas;
  // Of a transposed convolution the two formulas have changed places.
  const byColumns = (which === 'l1') !== report.operator.transposed;
  const badge = byColumns ? columnFormulaBadge(report) : rowFormulaBadge(report);
  const rows: NormRow[] = [
    {
      ...textOf(key),
      id: key,
      badge,
      value: expanded[key],
      time: null,
      ratio: ratioTo(expanded[key], truth),
    },
  ];
  if (!inPaperSetting(report) && literal[key] !== expanded[key]) {
    rows.push({
      ...textOf(key),
      id: `${key}-literal`,
      label: TEXT.norms.literal[which],
      badge: 'estimate',
      value: literal[key],
      time: null,
      says: TEXT.norms.literalSays,
      ratio: ratioTo(literal[key], truth),
    });
  }
  return rows;
}

/** Rows of an exact norm: the truth first, then the paper's formula read as generously as it can be. */
export function exactRows(report: LayerReport, which: Which): NormRow[] {
  const { value } = report.norms[which];
  return [
    {
      ...textOf(which),
      id: which,
      badge: 'exact',
      value,
      ratio: ratioTo(value, value),
      time: report.milliseconds,
    },
    ...formulaRows(report, which),
  ];
}
