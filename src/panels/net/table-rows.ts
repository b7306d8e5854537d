import type { Assumption1, PaperFormulas } from '../../math/lemma1.ts';
import type {
  LayerFailure,
  LayerNorms,
  LayerShape,
  NetLayerInfo,
  NetRow,
} from '../../model/net/net.ts';
import { formatNumber } from '../../ui/format.ts';
import { TEXT } from './messages.ts';

/** A layer with what is known of it; both null while it is being computed. */
export interface TableRow {
  readonly info: NetLayerInfo;
  readonly norms: LayerNorms | null;
  readonly failure: LayerFailure | null;
}

/** Columns that can be sorted by. */
export type SortKey = 'place' | 'name' | 'kind' | 'l1' | 'linf' | 'l2' | 'gap';

/** A column and a direction. */
export interface Sorting {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** Puts layers and what is known of them side by side. */
export function tableRows(
  layers: readonly NetLayerInfo[],
  rows: ReadonlyMap<number, NetRow>,
): TableRow[] {
  return layers.map((info) => {
    const row = rows.get(info.index);
    return {
      info,
      norms: row !== undefined && 'norms' in row ? row.norms : null,
      failure: row !== undefined && 'failure' in row ? row.failure : null,
    };
  });
}

/** upper / lower − 1; null without an interval, 0 where it is a point, infinite above a lower end of 0. */
export function gapOf(norms: LayerNorms | null): number | null {
  if (norms?.l2 == null) return null;
  const { lower, upper } = norms.l2;
  return upper === lower ? 0 : upper / lower - 1;
}

/** Whether a layer still lacks norms, or its ℓ2 interval. */
export function isUnfinished({ norms, failure }: TableRow): boolean {
  return failure === null && norms?.l2 == null;
}

/** Gaps that the lab's certificates do not close further. */
const LEAST_GAP = 2e-6;

/** Whether more work can be expected to narrow the interval. */
export function canRefine({ norms }: TableRow): boolean {
  return (gapOf(norms) ?? 0) > LEAST_GAP;
}

/** The gap in percent; gaps that nobody would read apart are all called small. */
export function gapText({ norms }: TableRow): string {
  const gap = gapOf(norms);
  if (gap === null) return '';
  if (gap === 0) return TEXT.table.point;
  if (gap < 1e-5) return TEXT.table.smallGap;
  return Number.isFinite(gap) ? `${formatNumber(100 * gap, 2)} %` : '∞';
}

type Cell = string | number | null;

const CELLS: Readonly<Record<SortKey, (row: TableRow) => Cell>> = {
  place: ({ info }) => info.index,
  name: ({ info }) => info.name,
  kind: ({ info }) => TEXT.table.kinds[info.kind],
  l1: ({ norms }) => norms?.l1 ?? null,
  linf: ({ norms }) => norms?.linf ?? null,
  l2: ({ norms }) => norms?.l2?.lower ?? null,
  gap: ({ norms }) => gapOf(norms),
};

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}

/** Rows in the wanted order. Ties keep the net's order; what has no value comes last either way. */
export function sortRows(rows: readonly TableRow[], { key, descending }: Sorting): TableRow[] {
  const cell = CELLS[key];
  return rows.toSorted((first, second) => {
    const [a, b] = [cell(first), cell(second)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return descending ? compare(b, a) : compare(a, b);
  });
}

/** The first click on a column of numbers shows the largest first; the next one turns it round. */
export function nextSorting(now: Sorting, key: SortKey): Sorting {
  if (now.key === key) return { key, descending: !now.descending };
  return { key, descending: !['place', 'name', 'kind'].includes(key) };
}

function pairText(pair: readonly number[]): string {
  return pair[0] === pair[1] ? String(pair[0]) : pair.join('×');
}

/** Padding as briefly as it can be said: 1; 1,2 (vertical, horizontal); 0,1,0,1 (all sides). */
function paddingText(padding: LayerShape['padding']): string {
  if (padding.kind !== 'explicit') return padding.kind;
  const [top, bottom, left, right] = padding.sides;
  if (top !== bottom || left !== right) return padding.sides.join(',');
  return top === left ? String(top) : `${top},${left}`;
}

/** A layer's geometry in a few characters: "s2 p1 on 32×32 → 16×16"; dilation and groups of 1 are left out. */
export function geometryText({ shape, eps }: NetLayerInfo, norms: LayerNorms | null): string {
  if (eps !== null) return `ε = ${formatNumber(eps, 1)}`;
  if (shape === null || shape.type === 'dense') return '';
  const parts = [
    `s${pairText(shape.stride)}`,
    `p${paddingText(shape.padding)}`,
    ...(shape.dilation.every((d) => d === 1) ? [] : [`d${pairText(shape.dilation)}`]),
    ...(shape.groups === 1 ? [] : [`g${shape.groups}`]),
  ];
  const output = norms?.output == null ? '' : ` → ${norms.output[1]}×${norms.output[2]}`;
  return `${parts.join(' ')} on ${shape.input.join('×')}${output}`;
}

/** Assumption 1 in one word. */
export function assumptionWord(assumption: Assumption1 | null): string {
  if (assumption === null) return TEXT.assumption.none;
  if (assumption.printedHolds) return TEXT.assumption.both;
  return assumption.sharpHolds ? TEXT.assumption.sharp : TEXT.assumption.fails;
}

/** Assumption 1 in sentences: what follows from it, and every inequality that fails with its numbers. */
export function assumptionReasons(assumption: Assumption1, paddingMode: string): string[] {
  const words = TEXT.assumption;
  if (paddingMode === 'circular') return [words.circular];
  const verdict = assumption.printedHolds
    ? words.printedHolds
    : assumption.sharpHolds
      ? words.sharpHolds
      : words.neither;
  const forms = [
    [words.printed, assumption.printed],
    [words.sharpForm, assumption.sharp],
  ] as const;
  const failing = forms.flatMap(([form, axes]) =>
    axes.flatMap(({ holds, left, right }, k) =>
      holds ? [] : [words.inequality({ form, axis: words.axes[k]!, left, right })],
    ),
  );
  return [verdict, ...failing];
}

/** One of the paper's formulas beside what it is meant to be. */
export interface FormulaRow {
  readonly label: string;
  readonly value: number;
  readonly against: string;
}

/** Formulas that agree but for the order of summation are called equal. */
const ROUNDING = 1e-12;

function against(value: number, truth: number, words: (ratio: string) => string): string {
  const ratio = value / truth;
  return value === truth || Math.abs(ratio - 1) < ROUNDING
    ? TEXT.details.equal
    : words(formatNumber(ratio));
}

/** Formulas (1), (2), (3), each with its ratio to the norm that it stands for. */
export function formulaRows(norms: LayerNorms, formulas: PaperFormulas): FormulaRow[] {
  const words = TEXT.details;
  const exact = [
    {
      label: words.formula(1, 'ℓ1'),
      value: formulas.formula1,
      against: against(formulas.formula1, norms.l1, words.times),
    },
    {
      label: words.formula(2, 'ℓ∞'),
      value: formulas.formula2,
      against: against(formulas.formula2, norms.linf, words.times),
    },
  ];
  if (norms.l2 === null) return exact;
  const third = against(formulas.formula3, norms.l2.lower, words.upper);
  return [...exact, { label: words.formula(3, 'ℓ2'), value: formulas.formula3, against: third }];
}

/** The table as rows of a CSV file, all digits of every number. */
export function tableCsv(rows: readonly TableRow[]): (string | number)[][] {
  const head = [
    'place',
    'layer',
    'kind',
    'weight_shape',
    'geometry',
    'guessed',
    'assumption1_printed',
    'assumption1_sharp',
    'l1',
    'linf',
    'l2_lower',
    'l2_upper',
    'formula1',
    'formula2',
    'formula3',
    'failure',
  ];
  return [head, ...rows.map(csvRow)];
}

function csvRow({ info, norms, failure }: TableRow): (string | number)[] {
  const { assumption, formulas, l2 } = norms ?? { assumption: null, formulas: null, l2: null };
  return [
    info.index + 1,
    info.name,
    info.kind,
    info.weightShape.join('x'),
    geometryText(info, norms),
    info.guessed.join(' '),
    String(assumption?.printedHolds ?? ''),
    String(assumption?.sharpHolds ?? ''),
    norms?.l1 ?? '',
    norms?.linf ?? '',
    l2?.lower ?? '',
    l2?.upper ?? '',
    formulas?.formula1 ?? '',
    formulas?.formula2 ?? '',
    formulas?.formula3 ?? '',
    failure?.message ?? '',
  ];
}
