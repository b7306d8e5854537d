import { isOwnNet, type Experiment } from '../../model/train/experiment.ts';
import { DATA_FIELDS, NET_FIELDS } from '../../model/train/experiment-fields.ts';
import type { Field, Fields } from '../../kit/document/field.ts';
import { ADVERSARIAL_FIELDS, isAdversarial } from '../../model/train/adversarial.ts';
import { robustAttackOf, type RobustAttack } from '../../model/train/robust.ts';
import { REGULARIZER_FIELDS } from '../../model/train/regularizer.ts';
import type { EpochRecord, RobustCount } from '../../model/train/run.ts';
import type { RunEntry } from '../../state/train/entries.ts';
import { formatCount, formatNumber, formatPower } from '../../ui/format.ts';
import { TEXT } from './messages.ts';

export { formatDuration, formatPercent as percent } from '../../ui/format.ts';
export { fineStep } from '../../ui/fine-step.ts';
export { stepsOf } from '../../state/train/entries.ts';

/** A number at a tick of an axis: no more digits than it takes. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6 || (size < 1e-3 && size > 0)) return formatNumber(value, 1).replace(/^1·/, '');
  return String(Number(value.toPrecision(4))).replace('-', '−');
}

/** A number at a tick of a log axis: those of many decades read alike, 100 beside 10⁴ and 10⁶. */
export function formatLogTick(value: number): string {
  return value >= 1e4 ? formatPower(value, 1).replace(/^1·/, '') : formatTick(value);
}

/** Bytes as a person reads them. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = bytes < 1 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]!}`;
}

/** The value of a field as text. */
function formatValue(field: Field, value: unknown): string {
  switch (field.kind) {
    case 'number':
      return `${formatTick(value as number)}${field.unit === undefined ? '' : ` ${field.unit}`}`;
    case 'choice':
      return field.choices[value as string] ?? String(value);
    case 'toggle':
      return value === true ? 'yes' : 'no';
    case 'list':
      return (value as readonly number[]).join(', ') || TEXT.status.none;
  }
}

/** Names and values of a table of fields. */
export function formatTable(fields: Fields, values: object): [label: string, value: string][] {
  return Object.entries(fields).map(([key, field]) => [
    field.label,
    formatValue(field, (values as Record<string, unknown>)[key]),
  ]);
}

function formatNet(net: Experiment['net']): string {
  if (isOwnNet(net)) return TEXT.layers.count(net.rows.length);
  const width = net.width === 1 ? '' : ` × ${formatTick(net.width)}`;
  return `${NET_FIELDS.architecture.choices[net.architecture]}${width}`;
}

/** Names and values of a net's settings. */
export function netTable(net: Experiment['net']): [label: string, value: string][] {
  return isOwnNet(net)
    ? [[NET_FIELDS.architecture.label, formatNet(net)]]
    : formatTable(NET_FIELDS, net);
}

/** A run's settings in one line: net, regularizer, images. */
export function settingsLine({ data, net, adversarial, regularizer }: Experiment): string {
  const strength =
    'beta' in regularizer
      ? ` β ${formatTick(regularizer.beta)}`
      : 'lambda' in regularizer
        ? ` λ ${formatTick(regularizer.lambda)}`
        : '';
  const source = data.source === 'own' ? data.own : DATA_FIELDS.source.choices[data.source];
  const attacked = isAdversarial(adversarial)
    ? [`${ADVERSARIAL_FIELDS[adversarial.kind].label} ε ${formatTick(adversarial.eps)}`]
    : [];
  // "None" would seem to speak of the adversarial training beside it.
  const pushed =
    regularizer.kind === 'none' && attacked.length > 0
      ? []
      : [`${REGULARIZER_FIELDS[regularizer.kind].label}${strength}`];
  return [
    formatNet(net),
    ...pushed,
    ...attacked,
    data.train === 0 ? source : TEXT.runs.images(formatCount(data.train), source),
  ].join(' · ');
}

/** State of a run, in a few words. */
export function formatState({ activity, live, summary, stopped }: RunEntry): string {
  const words = TEXT.status;
  if (activity === 'starting') return words.starting;
  if (activity === 'stopping') return words.stopping;
  if (activity === 'running') return words.phases[live.progress?.phase ?? 'preparing'];
  if (summary.end === null) return summary.step === 0 ? words.ready : words.neverPaused;
  if (stopped && summary.end.kind === 'paused') return words.stopped;
  return words.ends[summary.end.kind];
}

/** The last epoch that measured robust accuracy, and the attack behind it; null without one. */
export function lastRobust({ live, summary }: RunEntry): {
  readonly epoch: EpochRecord;
  readonly count: RobustCount;
  readonly attack: RobustAttack;
} | null {
  const epochs = live.epochs.length > 0 || summary.last === null ? live.epochs : [summary.last];
  const epoch = epochs.findLast(({ robust }) => robust !== null);
  const attack = robustAttackOf(summary.experiment);
  if (epoch?.robust == null || attack === null) return null;
  return { epoch, count: epoch.robust, attack };
}

/** "PGD-10, ℓ∞ ε 0.031": what robust accuracy was measured by. */
export function formatAttack({ norm, eps, steps }: RobustAttack): string {
  return TEXT.robust.attack(String(steps), TEXT.robust.norms[norm], formatTick(eps));
}

/** Steps that the run's last checkpoint holds; null before the first. */
export function savedStepOf({ live, summary }: RunEntry): number | null {
  return live.progress === null ? summary.step : live.progress.savedStep;
}
