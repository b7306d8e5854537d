import type { Verdict } from '../../../model/attack/verdict.ts';

/** Columns of the table of flags; a machine reads it, so its words are no messages. */
const COLUMNS = [
  'index',
  'label',
  'clean_prediction',
  'clean_margin',
  'stands',
  'attacks_done',
  'broken_by',
  'restart',
  'step',
  'target',
  'prediction',
  'margin',
  'linf',
  'l2',
  'l1',
  'survives_rounding',
];

function rowOf({
  index,
  label,
  prediction,
  margin,
  attacks,
  brokenBy,
}: Verdict): (string | number)[] {
  const right = prediction === label;
  const standing = Number(right && brokenBy === null);
  const clean = [index, label, prediction, margin, standing, attacks];
  if (brokenBy === null) return [...clean, ...COLUMNS.slice(clean.length).map(() => '')];
  const { kind, restart, step, target, distances, survivesRounding } = brokenBy;
  return [
    ...clean,
    kind,
    restart,
    step,
    target ?? '',
    brokenBy.prediction,
    brokenBy.margin,
    distances.linf,
    distances.l2,
    distances.l1,
    Number(survivesRounding),
  ];
}

/** The result of each image: one row per image, empty cells if nothing broke it. */
export function flagsTable(verdicts: readonly Verdict[]): (string | number)[][] {
  return [COLUMNS, ...verdicts.map(rowOf)];
}
